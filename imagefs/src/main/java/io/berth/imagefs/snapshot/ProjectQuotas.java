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
    private final long limit;
    private int last;

    private ProjectQuotas(StoreDirectories directories, long limit, int last) {
        this.directories = directories;
        this.calls = directories.calls();
        this.limit = limit;
        this.last = last;
    }

    /**
     * Finds out whether the store's file system counts projects.
     *
     * @param limit of each layer in bytes; 0: none, they are only counted
     * @throws ImageException where there is a limit and the file system has no means to hold to it
     */
    static Optional<ProjectQuotas> of(StoreDirectories directories, long limit) {
        SystemCalls calls = directories.calls();
        try (Descriptor snapshots = directories.openArea(StoreDirectories.SNAPSHOTS)) {
            String missing = missing(calls, snapshots);
            if (missing == null) {
                return Optional.of(new ProjectQuotas(directories, limit, lastProject(directories)));
            }
            if (limit > 0) {
                throw new ImageException(
                        ImageException.Kind.INVALID_ARGUMENT,
                        "images.writable_layer_limit needs project quotas on the file system of " + directories.root()
                                + " (" + missing + "): mount it with the option prjquota (ext4 must have been made with"
                                + " -O quota,project), use a btrfs with snapshot_driver = \"btrfs\", or set no limit");
            }
            return Optional.empty();
        }
    }

    /** Why there are no project quotas; null where there are. */
    private static @Nullable String missing(SystemCalls calls, Descriptor fileSystem) {
        try {
            calls.projectUsage(fileSystem, FIRST);
            return null;
        } catch (SystemCallException e) {
            // A project that has nothing is not known to xfs.
            return e.errno() == Errno.ENOENT ? null : e.getMessage();
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

    /** Gives an empty directory to a project of its own; what is made in it belongs to that too. */
    void adopt(Descriptor directory) {
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
