package io.berth.imagefs.snapshot;

import io.berth.imagefs.Usage;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.DirectoryEntry;
import io.berth.kernel.Errno;
import io.berth.kernel.FileCalls;
import io.berth.kernel.FileStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a snapshot has that is not what it was made from: files with another inode, size or time, as whole files,
 * which is what a copy-up would take. Trees may change meanwhile. For one count.
 */
final class ChangedUsage {
    private static final OpenHow DIRECTORY =
            OpenHow.directory().withFlags(OpenHow.NO_FOLLOW).withResolve(OpenHow.BENEATH | OpenHow.NO_SYMBOLIC_LINKS);

    private final FileCalls calls;
    private final Descriptor original;
    private final Set<Long> linked = new HashSet<>();
    private Usage usage = Usage.NONE;

    /** @param original what the snapshot was made from; stays the caller's */
    ChangedUsage(FileCalls calls, Descriptor original) {
        this.calls = calls;
        this.original = original;
    }

    Usage of(Descriptor snapshot) {
        Deque<String> directories = new ArrayDeque<>();
        directories.push(".");
        while (!directories.isEmpty()) {
            String path = directories.pop();
            try (Descriptor directory = calls.openat2(snapshot, path, DIRECTORY)) {
                count(directory, path, directories);
            } catch (SystemCallException e) {
                if (!isPassing(e.errno())) {
                    throw e;
                }
            }
        }
        return usage;
    }

    private void count(Descriptor directory, String path, Deque<String> directories) {
        try (Descriptor before = open(path)) {
            for (var some = calls.readSome(directory); !some.isEmpty(); some = calls.readSome(directory)) {
                for (DirectoryEntry entry : some) {
                    if (countEntry(directory, before, entry.name())) {
                        directories.push(path + "/" + entry.name());
                    }
                }
            }
        }
    }

    /** True for a directory, whose entries are to follow. */
    private boolean countEntry(Descriptor directory, @Nullable Descriptor before, String name) {
        FileStatus status = calls.findStatus(directory, name, AtFlags.SYMLINK_NO_FOLLOW);
        if (status == null) {
            return false;
        }
        FileStatus then = before == null ? null : calls.findStatus(before, name, AtFlags.SYMLINK_NO_FOLLOW);
        if (!isSame(status, then) && (status.linkCount() < 2 || status.isDirectory() || linked.add(status.inode()))) {
            usage = usage.plus(new Usage(status.blocks() * 512, 1));
        }
        return status.isDirectory();
    }

    private @Nullable Descriptor open(String path) {
        try {
            return calls.openat2(original, path, DIRECTORY);
        } catch (SystemCallException e) {
            if (isPassing(e.errno())) {
                return null;
            }
            throw e;
        }
    }

    private static boolean isSame(FileStatus now, @Nullable FileStatus then) {
        return then != null
                && now.inode() == then.inode()
                && now.size() == then.size()
                && now.modificationSeconds() == then.modificationSeconds()
                && now.modificationNanoseconds() == then.modificationNanoseconds();
    }

    /** Gone or replaced since its name was read, or nested deeper than a path can say. */
    private static boolean isPassing(Errno errno) {
        return errno == Errno.ENOENT || errno == Errno.ENOTDIR || errno == Errno.ELOOP || errno == Errno.ENAMETOOLONG;
    }
}
