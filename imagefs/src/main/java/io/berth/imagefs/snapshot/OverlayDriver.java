package io.berth.imagefs.snapshot;

import io.berth.imagefs.Snapshot;
import io.berth.imagefs.Usage;
import io.berth.imagefs.layers.StoreDirectories;
import io.berth.imagefs.store.LayerRecord;
import io.berth.imagefs.unpack.StorageFailures;
import io.berth.imagefs.unpack.TreeUsage;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.FileStatus;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writable layers for overlayfs: {@code snapshots/KEY/fs} above the image's layers, {@code snapshots/KEY/work} beside
 * it.
 */
public final class OverlayDriver implements SnapshotDriver {
    private static final String UPPER = "fs";
    private static final String WORK = "work";
    /** Stands in as the lower directory of an image without layers, which overlayfs does not do without. */
    private static final String EMPTY = "0";
    /**
     * A writable layer is not kept over a power cut, so nothing of it need reach the disk by itself: without this, the
     * end of a container waits until all that anyone wrote to the file system is written.
     */
    private static final List<String> OPTIONS = List.of("volatile");

    private final StoreDirectories directories;
    private final SystemCalls calls;
    private final LayerRoots roots;
    private final @Nullable ProjectQuotas quotas;

    /** The keys whose directories are made and no snapshot's yet. */
    private final Set<String> ahead = ConcurrentHashMap.newKeySet();

    /**
     * Prepares.
     *
     * @param limited whether every writable layer is to have a limit, which must be possible then
     */
    OverlayDriver(StoreDirectories directories, boolean limited) {
        this.directories = directories;
        this.calls = directories.calls();
        this.roots = new LayerRoots(directories);
        this.quotas = ProjectQuotas.of(directories, limited).orElse(null);
    }

    /** Made in its place: what a daemon that died has left without a record is collected at the next start. */
    @Override
    public Snapshot create(String key, List<LayerRecord> layers, long limit) {
        if (limit > 0 && quotas == null) {
            throw ProjectQuotas.without("a limit for the writable layer of " + key, directories);
        }
        boolean done = false;
        try {
            if (!ahead.remove(key)) {
                make(key, limit);
            }
            if (layers.isEmpty()) {
                directories.make(StoreDirectories.SNAPSHOTS, key + "/" + EMPTY, 0755);
            } else {
                directories.dress(StoreDirectories.SNAPSHOTS, key + "/" + UPPER, rootOf(layers));
            }
            done = true;
            return describe(key, layers);
        } catch (SystemCallException e) {
            throw StorageFailures.of("making the writable layer of " + key, e);
        } finally {
            if (!done) {
                remove(key);
            }
        }
    }

    /** Not where layers have limits: each has its own, which its directory must have before others are made in it. */
    @Override
    public void makeAhead(String key) {
        if (quotas != null) {
            return;
        }
        try {
            make(key, 0);
            ahead.add(key);
        } catch (SystemCallException e) {
            remove(key);
            throw StorageFailures.of("making the writable layer of " + key, e);
        }
    }

    private void make(String key, long limit) {
        makeOwn(key);
        if (quotas != null) {
            try (Descriptor directory = directories.open(StoreDirectories.SNAPSHOTS, key)) {
                quotas.adopt(directory, limit);
            }
        }
        // First, as what tells that this driver has made it.
        directories.make(StoreDirectories.SNAPSHOTS, key + "/" + WORK, 0700);
        directories.make(StoreDirectories.SNAPSHOTS, key + "/" + UPPER, 0755);
    }

    /** Makes the snapshot's directory, where an earlier daemon that died may have left one without a record. */
    private void makeOwn(String key) {
        try {
            directories.make(StoreDirectories.SNAPSHOTS, key, 0755);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
            remove(key);
            directories.make(StoreDirectories.SNAPSHOTS, key, 0755);
        }
    }

    @Override
    public Snapshot describe(String key, List<LayerRecord> layers) {
        Path own = directories.path(StoreDirectories.SNAPSHOTS, key);
        List<Path> lower = new ArrayList<>();
        for (LayerRecord layer : visible(layers)) {
            lower.add(directories.path(StoreDirectories.LAYERS, Long.toString(layer.id())));
        }
        if (lower.isEmpty()) {
            lower.add(own.resolve(EMPTY));
        }
        return new Snapshot.Overlay(lower, own.resolve(UPPER), own.resolve(WORK), OPTIONS);
    }

    /**
     * The layers that have a say, the topmost first: none below one that hides all, and none twice (overlayfs refuses
     * that, and whatever a layer does further down it does again where it comes last).
     */
    public static List<LayerRecord> visible(List<LayerRecord> layers) {
        List<LayerRecord> visible = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        for (LayerRecord layer : layers.reversed()) {
            if (seen.add(layer.id())) {
                visible.add(layer);
            }
            if (layer.opaqueRoot()) {
                break;
            }
        }
        return visible;
    }

    @Override
    public void remove(String key) {
        ahead.remove(key);
        if (quotas != null) {
            quotas.release(key);
        }
        String discarded = directories.discard(StoreDirectories.SNAPSHOTS, key);
        if (discarded != null) {
            directories.deleteLater(discarded);
        }
    }

    @Override
    public Usage usage(String key, List<LayerRecord> layers) {
        try (Descriptor upper = directories.open(StoreDirectories.SNAPSHOTS, key + "/" + UPPER)) {
            Usage counted = quotas == null ? null : quotas.usage(upper);
            if (counted != null) {
                return counted;
            }
            return new TreeUsage(calls).of(upper);
        } catch (SystemCallException e) {
            throw StorageFailures.of("counting the writable layer of " + key, e);
        }
    }

    @Override
    public String part() {
        return WORK;
    }

    @Override
    public List<String> keys() {
        return directories.names(StoreDirectories.SNAPSHOTS);
    }

    /** What the container's root directory looks like: as the topmost layer that describes its root says. */
    private FileStatus rootOf(List<LayerRecord> layers) {
        LayerRecord describing = layers.reversed().stream()
                .filter(layer -> !layer.impliedDirectories().contains(""))
                .findFirst()
                .orElse(layers.getLast());
        return roots.of(describing.id());
    }
}
