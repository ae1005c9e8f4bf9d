package io.berth.imagefs.snapshot;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.Usage;
import io.berth.imagefs.layers.StoreDirectories;
import io.berth.imagefs.store.LayerRecord;
import io.berth.imagefs.unpack.StorageFailures;
import io.berth.imagefs.unpack.TreeUsage;
import io.berth.kernel.Descriptor;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Whole copies of images, {@code snapshots/KEY/tree}: for file systems that overlayfs cannot stand on. Files share
 * their blocks with the layers' where the file system can do that.
 */
final class VfsDriver implements SnapshotDriver {
    private static final String TREE = "tree";

    private final StoreDirectories directories;
    private final SystemCalls calls;

    /** @throws ImageException where there is a limit of writable layers: what is written is not told from the copy */
    VfsDriver(StoreDirectories directories, boolean limited) {
        if (limited) {
            throw unlimited("images.writable_layer_limit");
        }
        this.directories = directories;
        this.calls = directories.calls();
    }

    private static ImageException unlimited(String what) {
        return new ImageException(
                ImageException.Kind.UNSUPPORTED,
                what + " cannot be kept with snapshot_driver = \"vfs\": use \"overlay\" or \"btrfs\", or set no limit");
    }

    @Override
    public Snapshot create(String key, List<LayerRecord> layers, long limit) {
        if (limit > 0) {
            throw unlimited("a limit for the writable layer of " + key);
        }
        String incoming = null;
        boolean done = false;
        try {
            remove(key);
            incoming = directories.makeIncoming();
            try (Descriptor directory = directories.open(StoreDirectories.INCOMING, incoming)) {
                calls.mkdirat(directory, TREE, 0755);
            }
            try (Descriptor tree = directories.open(StoreDirectories.INCOMING, incoming + "/" + TREE)) {
                for (LayerRecord layer : OverlayDriver.visible(layers).reversed()) {
                    apply(directories, layer, tree);
                }
            }
            directories.commit(incoming, StoreDirectories.SNAPSHOTS, key);
            done = true;
            return describe(key, layers);
        } catch (SystemCallException e) {
            throw StorageFailures.of("copying an image for " + key, e);
        } finally {
            if (!done && incoming != null) {
                directories.delete(Collections.singletonList(directories.discard(StoreDirectories.INCOMING, incoming)));
            }
        }
    }

    /** Puts one layer on a tree. */
    static void apply(StoreDirectories directories, LayerRecord layer, Descriptor tree) {
        try (Descriptor source = directories.open(StoreDirectories.LAYERS, Long.toString(layer.id()))) {
            new LayerApplier(directories.calls(), source, tree)
                    .apply(layer.opaqueRoot(), Set.copyOf(layer.impliedDirectories()));
        }
    }

    @Override
    public Snapshot describe(String key, List<LayerRecord> layers) {
        return new Snapshot.Directory(
                directories.path(StoreDirectories.SNAPSHOTS, key).resolve(TREE));
    }

    @Override
    public void remove(String key) {
        String discarded = directories.discard(StoreDirectories.SNAPSHOTS, key);
        if (discarded != null) {
            directories.deleteLater(discarded);
        }
    }

    /** All of it: a copy has nothing that it does not take space for, save where blocks are shared. */
    @Override
    public Usage usage(String key, List<LayerRecord> layers) {
        try (Descriptor tree = directories.open(StoreDirectories.SNAPSHOTS, key + "/" + TREE)) {
            return new TreeUsage(calls).of(tree);
        } catch (SystemCallException e) {
            throw StorageFailures.of("counting the copy of " + key, e);
        }
    }

    @Override
    public String part() {
        return TREE;
    }

    @Override
    public List<String> keys() {
        return directories.names(StoreDirectories.SNAPSHOTS);
    }
}
