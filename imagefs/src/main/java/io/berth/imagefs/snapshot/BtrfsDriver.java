package io.berth.imagefs.snapshot;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.Usage;
import io.berth.imagefs.layers.StoreDirectories;
import io.berth.imagefs.store.LayerRecord;
import io.berth.imagefs.unpack.StorageFailures;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.FileSystemStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Snapshots of btrfs, {@code snapshots/KEY/volume}. Layers are unpacked alone, as for every driver; the first container
 * on a stack of them makes read-only subvolumes, {@code volumes/STACK}, each the snapshot of the one below with one
 * layer more, whose files share their blocks with the layer's. What comes after takes one snapshot.
 */
final class BtrfsDriver implements SnapshotDriver {
    private static final Logger LOG = LoggerFactory.getLogger(BtrfsDriver.class);
    private static final String VOLUME = "volume";

    private final StoreDirectories directories;
    private final SystemCalls calls;
    private boolean counts;

    /**
     * Prepares.
     *
     * @param limited whether every snapshot is to have a limit
     * @throws ImageException where the store is not on btrfs
     */
    BtrfsDriver(StoreDirectories directories, boolean limited) {
        this.directories = directories;
        this.calls = directories.calls();
        if (calls.statfs(directories.root().toString()).type() != FileSystemStatus.BTRFS) {
            throw new ImageException(
                    ImageException.Kind.INVALID_ARGUMENT,
                    "images.snapshot_driver = \"btrfs\" needs " + directories.root() + " on a btrfs, and it is not:"
                            + " mount one there, or use \"overlay\"");
        }
        directories.makeArea(StoreDirectories.VOLUMES);
        if (limited) {
            count();
        }
    }

    /** Has the kernel count what each subvolume has for itself: it takes time with each write, so not without need. */
    private synchronized void count() {
        if (counts) {
            return;
        }
        try (Descriptor volumes = directories.openArea(StoreDirectories.VOLUMES)) {
            calls.enableSubvolumeQuota(volumes);
            counts = true;
        } catch (SystemCallException e) {
            throw StorageFailures.of("having btrfs count subvolumes, for a limit of writable layers", e);
        }
    }

    @Override
    public synchronized Snapshot create(String key, List<LayerRecord> layers, long limit) {
        String incoming = null;
        boolean done = false;
        try {
            remove(key);
            String stack = requireStack(OverlayDriver.visible(layers).reversed());
            incoming = directories.makeIncoming();
            try (Descriptor directory = directories.open(StoreDirectories.INCOMING, incoming);
                    Descriptor below = directories.open(StoreDirectories.VOLUMES, stack)) {
                calls.snapshotSubvolume(below, directory, VOLUME);
            }
            if (limit > 0) {
                count();
                try (Descriptor volume = directories.open(StoreDirectories.INCOMING, incoming + "/" + VOLUME)) {
                    calls.limitSubvolume(volume, limit);
                }
            }
            directories.commit(incoming, StoreDirectories.SNAPSHOTS, key);
            done = true;
            return describe(key, layers);
        } catch (SystemCallException e) {
            throw StorageFailures.of("making the snapshot of " + key, e);
        } finally {
            if (!done && incoming != null) {
                directories.delete(Collections.singletonList(directories.discard(StoreDirectories.INCOMING, incoming)));
            }
        }
    }

    /** Makes the subvolumes of a stack that are missing; returns the name of the uppermost. */
    private String requireStack(List<LayerRecord> layers) {
        String name = StackNames.of(layers);
        if (exists(name)) {
            return name;
        }
        String below = layers.isEmpty() ? null : requireStack(layers.subList(0, layers.size() - 1));
        String incoming = directories.makeIncoming();
        boolean done = false;
        try {
            try (Descriptor directory = directories.open(StoreDirectories.INCOMING, incoming)) {
                if (below == null) {
                    calls.makeSubvolume(directory, VOLUME);
                } else {
                    try (Descriptor source = directories.open(StoreDirectories.VOLUMES, below)) {
                        calls.snapshotSubvolume(source, directory, VOLUME);
                    }
                }
            }
            if (!layers.isEmpty()) {
                try (Descriptor tree = directories.open(StoreDirectories.INCOMING, incoming + "/" + VOLUME)) {
                    VfsDriver.apply(directories, layers.getLast(), tree);
                }
            }
            // A name in its place means that all is there, after a power cut too.
            directories.sync();
            directories.commit(incoming + "/" + VOLUME, StoreDirectories.VOLUMES, name);
            try (Descriptor volume = directories.open(StoreDirectories.VOLUMES, name)) {
                calls.setSubvolumeReadOnly(volume, true);
            }
            done = true;
            return name;
        } finally {
            String discarded = directories.discard(StoreDirectories.INCOMING, incoming);
            if (done) {
                directories.delete(Collections.singletonList(discarded));
            } else if (discarded != null) {
                directories.deleteLater(discarded);
            }
        }
    }

    private boolean exists(String stack) {
        try (Descriptor _ = directories.open(StoreDirectories.VOLUMES, stack)) {
            return true;
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOENT) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public Snapshot describe(String key, List<LayerRecord> layers) {
        return new Snapshot.Directory(
                directories.path(StoreDirectories.SNAPSHOTS, key).resolve(VOLUME));
    }

    @Override
    public void remove(String key) {
        try (Descriptor directory = directories.open(StoreDirectories.SNAPSHOTS, key)) {
            delete(directory, VOLUME);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw StorageFailures.of("removing the snapshot of " + key, e);
            }
        }
        String discarded = directories.discard(StoreDirectories.SNAPSHOTS, key);
        if (discarded != null) {
            directories.deleteLater(discarded);
        }
    }

    private void delete(Descriptor directory, String name) {
        try (Descriptor volume =
                calls.openat2(directory, name, OpenHow.directory().beneath())) {
            long number = calls.subvolumeNumber(volume);
            calls.deleteSubvolume(directory, name);
            forgetGroup(directory, number);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /** Kernels before 6.11 keep the group of each subvolume that ever was. */
    private void forgetGroup(Descriptor fileSystem, long number) {
        try {
            calls.forgetSubvolumeGroup(fileSystem, number);
        } catch (SystemCallException e) {
            // Nothing is counted, or the kernel does it by itself.
            LOG.debug("the quota group of subvolume {}: {}", number, e.getMessage());
        }
    }

    /** What it does not share with the subvolume that it was made from. */
    @Override
    public Usage usage(String key, List<LayerRecord> layers) {
        String stack = StackNames.of(OverlayDriver.visible(layers).reversed());
        try (Descriptor volume = directories.open(StoreDirectories.SNAPSHOTS, key + "/" + VOLUME);
                Descriptor below = directories.open(StoreDirectories.VOLUMES, stack)) {
            return new ChangedUsage(calls, below).of(volume);
        } catch (SystemCallException e) {
            throw StorageFailures.of("counting the snapshot of " + key, e);
        }
    }

    @Override
    public String part() {
        return VOLUME;
    }

    @Override
    public List<String> keys() {
        return directories.names(StoreDirectories.SNAPSHOTS);
    }

    @Override
    public synchronized void keepOnly(Supplier<List<List<LayerRecord>>> stacks) {
        Set<String> kept = new HashSet<>();
        for (List<LayerRecord> layers : stacks.get()) {
            List<LayerRecord> stack = OverlayDriver.visible(layers).reversed();
            for (int size = 0; size <= stack.size(); size++) {
                kept.add(StackNames.of(stack.subList(0, size)));
            }
        }
        try (Descriptor volumes = directories.openArea(StoreDirectories.VOLUMES)) {
            for (String name : directories.names(StoreDirectories.VOLUMES)) {
                if (!kept.contains(name)) {
                    delete(volumes, name);
                }
            }
        } catch (SystemCallException e) {
            throw StorageFailures.of("deleting subvolumes of removed images", e);
        }
    }
}
