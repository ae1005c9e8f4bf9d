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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts a tree as {@code du} does: blocks, and a file of several names once. Trees may change meanwhile: what is gone
 * is not counted. Takes two descriptors whatever the depth, and little memory whatever the tree: those who make trees
 * may be strangers.
 */
public final class TreeUsage {
    private static final OpenHow DIRECTORY =
            OpenHow.directory().withFlags(OpenHow.NO_FOLLOW).withResolve(OpenHow.BENEATH | OpenHow.NO_SYMBOLIC_LINKS);

    private static final Logger LOG = LoggerFactory.getLogger(TreeUsage.class);
    private static final int MOST_WAITING = 30_000;
    private static final int MOST_WAITING_CHARACTERS = 4 << 20;
    private static final int MOST_LINKED = 200_000;
    /** Directories that are open one in the other when no more can wait. */
    private static final int DEEPEST = 32;

    private final FileCalls calls;
    private final Set<Long> linked = new HashSet<>();
    private final Deque<String> waiting = new ArrayDeque<>();
    private int waitingCharacters;
    private long left;
    private Usage usage = Usage.NONE;

    public TreeUsage(FileCalls calls) {
        this.calls = calls;
    }

    /** Counts everything below a directory, and the directory itself. */
    public Usage of(Descriptor root) {
        add(calls.fstatat(root, ".", AtFlags.SYMLINK_NO_FOLLOW));
        waiting.push(".");
        while (!waiting.isEmpty()) {
            String path = waiting.pop();
            waitingCharacters -= path.length();
            walk(root, path, path, 0);
        }
        if (left > 0) {
            LOG.warn("{} directories are not counted: too deep in a tree that is too wide to remember", left);
        }
        return usage;
    }

    private void walk(Descriptor parent, String name, String path, int depth) {
        try (Descriptor directory = calls.openat2(parent, name, DIRECTORY)) {
            for (var some = calls.readSome(directory); !some.isEmpty(); some = calls.readSome(directory)) {
                for (DirectoryEntry entry : some) {
                    FileStatus status = calls.findStatus(directory, entry.name(), AtFlags.SYMLINK_NO_FOLLOW);
                    if (status == null) {
                        continue;
                    }
                    add(status);
                    if (status.isDirectory()) {
                        goInto(directory, entry.name(), path + "/" + entry.name(), depth);
                    }
                }
            }
        } catch (SystemCallException e) {
            if (!isPassing(e.errno())) {
                throw e;
            }
        }
    }

    /** Later, which takes no descriptors; or now, when too many paths wait already. */
    private void goInto(Descriptor parent, String name, String path, int depth) {
        if (waitingCharacters + path.length() <= MOST_WAITING_CHARACTERS && waiting.size() < MOST_WAITING) {
            waiting.push(path);
            waitingCharacters += path.length();
        } else if (depth < DEEPEST) {
            walk(parent, name, path, depth + 1);
        } else {
            left++;
        }
    }

    private void add(FileStatus status) {
        if (status.linkCount() > 1 && !status.isDirectory() && isKnown(status.inode())) {
            return;
        }
        usage = usage.plus(new Usage(status.blocks() * 512, 1));
    }

    /** Files of several names beyond those that are remembered count once for each name. */
    private boolean isKnown(long inode) {
        return linked.size() < MOST_LINKED ? !linked.add(inode) : linked.contains(inode);
    }

    /** Gone or replaced since its name was read, or nested deeper than a path can say. */
    private static boolean isPassing(Errno errno) {
        return errno == Errno.ENOENT || errno == Errno.ENOTDIR || errno == Errno.ELOOP || errno == Errno.ENAMETOOLONG;
    }
}
