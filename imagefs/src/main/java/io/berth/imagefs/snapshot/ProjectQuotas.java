package io.berth.imagefs.snapshot;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Usage;
import io.berth.imagefs.layers.StoreDirectories;
import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.QuotaCalls.ProjectUsage;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives each writable layer a project of its own, where the file system (ext4, xfs) is mounted with project quotas: the
 * kernel then counts what the layer takes, which nobody has to walk any more, and holds it to a limit. Any thread.
 */
final class ProjectQuotas {
    /** "BRTH": far from the numbers that people choose. */
    private static final int FIRST = 0x42525448;

    private final StoreDirectories directories;
    private final SystemCalls calls;
    private int last;

    private ProjectQuotas(StoreDirectories directories, int last) {
        this.directories = directories;
        this.calls = directories.calls();
        this.last = last;
    }

    /**
     * Finds out whether the store's file system counts projects.
     *
     * @param needed whether it has to
     * @throws ImageException where it has to, and does not
     */
    static Optional<ProjectQuotas> of(StoreDirectories directories, boolean needed) {
        SystemCalls calls = directories.calls();
        try (Descriptor snapshots = directories.openArea(StoreDirectories.SNAPSHOTS)) {
            if (counts(calls, snapshots)) {
                return Optional.of(new ProjectQuotas(directories, lastProject(directories)));
            }
            if (needed) {
                throw without("images.writable_layer_limit", directories);
            }
            return Optional.empty();
        }
    }

    /** The refusal of a limit. */
    static ImageException without(String what, StoreDirectories directories) {
        return new ImageException(
                ImageException.Kind.UNSUPPORTED,
                what + " needs project quotas on the file system of " + directories.root()
                        + ", which has none: mount it with the option prjquota (ext4 must have been made with"
                        + " -O quota,project), use a btrfs with snapshot_driver = \"btrfs\", or set no limit");
    }

    private static boolean counts(SystemCalls calls, Descriptor fileSystem) {
        try {
            calls.projectUsage(fileSystem, FIRST);
            return true;
        } catch (SystemCallException e) {
            // A project that has nothing is not known to xfs.
            return e.errno() == Errno.ENOENT;
        }
    }

    private static int lastProject(StoreDirectories directories) {
        int last = FIRST;
        for (String key : directories.names(StoreDirectories.SNAPSHOTS)) {
            try (Descriptor snapshot = directories.open(StoreDirectories.SNAPSHOTS, key)) {
                last = Math.max(last, directories.calls().project(snapshot));
            } catch (SystemCallException e) {
                if (e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
                    throw e;
                }
            }
        }
        return last;
    }

    /**
     * Gives an empty directory to a project of its own; what is made in it belongs to that too.
     *
     * @param limit in bytes; 0: it is only counted
     */
    void adopt(Descriptor directory, long limit) {
        int project = next();
        calls.setProject(directory, project);
        calls.setProjectLimit(directory, project, limit);
    }

    private synchronized int next() {
        return ++last;
    }

    /** What the project of a directory takes; null where it belongs to none. */
    @Nullable
    Usage usage(Descriptor directory) {
        int project = calls.project(directory);
        if (project < FIRST) {
            return null;
        }
        ProjectUsage usage = calls.projectUsage(directory, project);
        return new Usage(usage.bytes(), usage.inodes());
    }

    /** Forgets the limit of a layer that is about to be deleted, with which the kernel forgets the project. */
    void release(String key) {
        try (Descriptor snapshot = directories.open(StoreDirectories.SNAPSHOTS, key)) {
            int project = calls.project(snapshot);
            if (project > FIRST) {
                calls.setProjectLimit(snapshot, project, 0);
            }
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }
}
