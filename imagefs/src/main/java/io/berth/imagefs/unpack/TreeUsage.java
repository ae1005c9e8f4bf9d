package io.berth.imagefs.unpack;

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

/**
 * Counts a tree as {@code du} does: blocks, and a file of several names once. Trees may change meanwhile: what is gone
 * is not counted. Takes two descriptors whatever the depth.
 */
public final class TreeUsage {
    private static final OpenHow DIRECTORY =
            OpenHow.directory().withFlags(OpenHow.NO_FOLLOW).withResolve(OpenHow.BENEATH | OpenHow.NO_SYMBOLIC_LINKS);

    private final FileCalls calls;
    private final Set<Long> linked = new HashSet<>();
    private Usage usage = Usage.NONE;

    public TreeUsage(FileCalls calls) {
        this.calls = calls;
    }

    /** Counts everything below a directory, and the directory itself. */
    public Usage of(Descriptor root) {
        add(calls.fstatat(root, ".", AtFlags.SYMLINK_NO_FOLLOW));
        Deque<String> directories = new ArrayDeque<>();
        directories.push(".");
        while (!directories.isEmpty()) {
            String path = directories.pop();
            try (Descriptor directory = calls.openat2(root, path, DIRECTORY)) {
                for (DirectoryEntry entry : calls.readDirectory(directory)) {
                    FileStatus status = calls.findStatus(directory, entry.name(), AtFlags.SYMLINK_NO_FOLLOW);
                    if (status == null) {
                        continue;
                    }
                    add(status);
                    if (status.isDirectory()) {
                        directories.push(path + "/" + entry.name());
                    }
                }
            } catch (SystemCallException e) {
                if (!isPassing(e.errno())) {
                    throw e;
                }
            }
        }
        return usage;
    }

    private void add(FileStatus status) {
        if (status.linkCount() > 1 && !status.isDirectory() && !linked.add(status.inode())) {
            return;
        }
        usage = usage.plus(new Usage(status.blocks() * 512, 1));
    }

    /** Gone or replaced since its name was read, or nested deeper than a path can say. */
    private static boolean isPassing(Errno errno) {
        return errno == Errno.ENOENT || errno == Errno.ENOTDIR || errno == Errno.ELOOP || errno == Errno.ENAMETOOLONG;
    }
}
