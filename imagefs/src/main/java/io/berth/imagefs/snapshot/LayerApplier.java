package io.berth.imagefs.snapshot;

import io.berth.imagefs.unpack.TreeRemover;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.DirectoryEntry;
import io.berth.kernel.Errno;
import io.berth.kernel.FileStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a tree look as overlayfs would show it with one more layer on top: for snapshot drivers without overlayfs.
 * Files share their blocks with the layer's where the file system can do that, and are copied where it cannot. For one
 * tree and one thread.
 */
final class LayerApplier {
    private static final String OPAQUE = "trusted.overlay.opaque";
    private static final String OVERLAY = "trusted.overlay.";
    private static final OpenHow DIRECTORY =
            OpenHow.directory().withFlags(OpenHow.NO_FOLLOW).withResolve(OpenHow.BENEATH | OpenHow.NO_SYMBOLIC_LINKS);
    private static final long PIECE = 1L << 30;
    /** The unit in which the kernel counts what a file has on disk, bytes. */
    private static final long BLOCK = 512;

    private final SystemCalls calls;
    private final Descriptor layer;
    private final Descriptor tree;
    private final TreeRemover remover;
    /** The first name of each file of the layer that has several. */
    private final Map<Long, String> linked = new HashMap<>();

    private final List<DirectoryTime> times = new ArrayList<>();
    private boolean shares = true;

    /**
     * Prepares.
     *
     * @param layer as it was unpacked, with whiteouts in overlayfs' form; stays the caller's
     * @param tree the layers below, which nobody else changes; stays the caller's
     */
    LayerApplier(SystemCalls calls, Descriptor layer, Descriptor tree) {
        this.calls = calls;
        this.layer = layer;
        this.tree = tree;
        this.remover = new TreeRemover(calls, tree);
    }

    private record DirectoryTime(String path, FileStatus status) {}

    /**
     * Applies the layer.
     *
     * @param opaqueRoot whether it hides all that is there
     * @param implied its directories whose owners and modes are made up; the root is the empty text
     */
    void apply(boolean opaqueRoot, Set<String> implied) {
        if (opaqueRoot) {
            clear(tree);
        }
        FileStatus root = calls.fstat(layer);
        if (!implied.contains("")) {
            describe(root, tree, ".", layer, ".");
            times.add(new DirectoryTime(".", root));
        }
        Deque<String> left = new ArrayDeque<>();
        left.push(".");
        while (!left.isEmpty()) {
            String path = left.pop();
            try (Descriptor from = calls.openat2(layer, path, DIRECTORY);
                    Descriptor to = calls.openat2(tree, path, DIRECTORY)) {
                for (var some = calls.readSome(from); !some.isEmpty(); some = calls.readSome(from)) {
                    for (DirectoryEntry entry : some) {
                        String full = path.equals(".") ? entry.name() : path + "/" + entry.name();
                        if (applyEntry(from, to, entry.name(), full, implied.contains(full))) {
                            left.push(full);
                        }
                    }
                }
            }
        }
        for (DirectoryTime time : times.reversed()) {
            setTime(tree, time.path(), time.status());
        }
    }

    /** True for a directory, whose entries are to follow. */
    private boolean applyEntry(Descriptor from, Descriptor to, String name, String full, boolean implied) {
        FileStatus status = calls.fstatat(from, name, AtFlags.SYMLINK_NO_FOLLOW);
        if (status.isDirectory()) {
            applyDirectory(from, to, name, full, status, implied);
            return true;
        }
        remover.remove(to, name);
        if (isWhiteout(status)) {
            return false;
        }
        String first = status.linkCount() > 1 ? linked.putIfAbsent(status.inode(), full) : null;
        if (first != null) {
            calls.linkat(tree, first, to, name, 0);
            return false;
        }
        if (status.isRegularFile()) {
            copy(from, to, name, status);
        } else if (status.isSymbolicLink()) {
            calls.symlinkat(calls.readlinkat(from, name), to, name);
        } else {
            calls.mknodat(
                    to,
                    name,
                    status.type() | (status.permissions() & 0777),
                    status.specialMajor(),
                    status.specialMinor());
        }
        describe(status, to, name, from, name);
        setTime(to, name, status);
        return false;
    }

    private void applyDirectory(
            Descriptor from, Descriptor to, String name, String full, FileStatus status, boolean implied) {
        FileStatus there = calls.findStatus(to, name, AtFlags.SYMLINK_NO_FOLLOW);
        if (there != null && !there.isDirectory()) {
            remover.remove(to, name);
            there = null;
        }
        if (there == null) {
            calls.mkdirat(to, name, 0755);
        } else {
            byte[] opaque = calls.lgetxattr(from, name, OPAQUE);
            if (opaque != null && opaque.length > 0 && opaque[0] == 'y') {
                try (Descriptor directory = calls.openat2(to, name, DIRECTORY)) {
                    clear(directory);
                }
            }
        }
        if (there == null || !implied) {
            describe(status, to, name, from, name);
            times.add(new DirectoryTime(full, status));
        }
    }

    private void clear(Descriptor directory) {
        for (var some = calls.readSome(directory); !some.isEmpty(); some = calls.readSome(directory)) {
            some.forEach(entry -> remover.remove(directory, entry.name()));
        }
    }

    private void copy(Descriptor from, Descriptor to, String name, FileStatus status) {
        try (Descriptor source = calls.openat2(
                        from,
                        name,
                        OpenHow.reading().withFlags(OpenHow.NO_FOLLOW).beneath());
                Descriptor target = calls.openat2(to, name, OpenHow.creating(status.permissions() & 0777))) {
            if (shares && share(source, target)) {
                return;
            }
            if (status.blocks() * BLOCK < status.size()) {
                copySparse(source, target, status.size());
            } else {
                while (calls.copyFileRange(source, target, PIECE) > 0) {
                    // it goes on from where it is
                }
            }
        }
    }

    /** Data only: written as zeros, the holes of a small layer could fill the disk. */
    private void copySparse(Descriptor source, Descriptor target, long size) {
        calls.ftruncate(target, size);
        for (long data = calls.seekData(source, 0); data >= 0; ) {
            long hole = calls.seekHole(source, data);
            calls.seek(source, data);
            calls.seek(target, data);
            for (long left = hole - data; left > 0; ) {
                long copied = calls.copyFileRange(source, target, Math.min(left, PIECE));
                left = copied == 0 ? 0 : left - copied;
            }
            data = calls.seekData(source, hole);
        }
    }

    private boolean share(Descriptor source, Descriptor target) {
        try {
            calls.cloneFile(source, target);
            return true;
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT || e.errno() == Errno.EIO) {
                throw e;
            }
            shares = false;
            return false;
        }
    }

    /** Owner, mode and attributes. */
    private void describe(FileStatus status, Descriptor to, String name, Descriptor from, String source) {
        calls.fchownat(to, name, status.uid(), status.gid(), AtFlags.SYMLINK_NO_FOLLOW);
        if (!status.isSymbolicLink()) {
            calls.fchmodat(to, name, status.permissions());
        }
        for (String attribute : calls.llistxattr(from, source)) {
            // A label of the machine's own policy is not the layer's.
            if (!attribute.startsWith(OVERLAY) && !attribute.equals("security.selinux")) {
                byte[] value = calls.lgetxattr(from, source, attribute);
                if (value != null) {
                    calls.lsetxattr(to, name, attribute, value);
                }
            }
        }
    }

    private void setTime(Descriptor directory, String name, FileStatus status) {
        calls.utimensat(
                directory,
                name,
                status.modificationSeconds(),
                status.modificationNanoseconds(),
                status.modificationSeconds(),
                status.modificationNanoseconds(),
                AtFlags.SYMLINK_NO_FOLLOW);
    }

    private static boolean isWhiteout(FileStatus status) {
        return status.type() == FileStatus.CHARACTER_DEVICE && status.specialMajor() == 0 && status.specialMinor() == 0;
    }
}
