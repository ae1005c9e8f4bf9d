package io.berth.imagefs.unpack;

import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.DirectoryEntry;
import io.berth.kernel.Errno;
import io.berth.kernel.FileCalls;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;

/**
 * Deletes trees that strangers made: no symbolic link is followed, and no depth is too deep, as directories below a
 * certain depth are first moved up.
 */
public final class TreeRemover {
    private static final int DEEPEST = 64;
    private static final int ATTEMPTS = 10;
    private static final OpenHow DIRECTORY =
            OpenHow.directory().withFlags(OpenHow.NO_FOLLOW).beneath();

    private final FileCalls calls;
    private final Descriptor base;
    private long moved;

    /**
     * Prepares to delete.
     *
     * @param base the directory that holds what is deleted, on the same file system; stays the caller's
     */
    public TreeRemover(FileCalls calls, Descriptor base) {
        this.calls = calls;
        this.base = base;
    }

    /** Deletes {@code name} in the base directory, whatever it is. Nothing there is fine. */
    public void remove(String name) {
        remove(base, name, 0);
    }

    /** As {@link #remove(String)}, for what is usually a directory: asks nothing else of it first. */
    public void removeTree(String name) {
        try {
            removeDirectory(base, name, 0);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOTDIR && e.errno() != Errno.ELOOP) {
                throw e;
            }
            remove(name);
        }
    }

    /** Deletes {@code name} in a directory below the base. */
    public void remove(Descriptor directory, String name) {
        remove(directory, name, 0);
    }

    private void remove(Descriptor directory, String name, int depth) {
        if (!unlink(directory, name, 0)) {
            removeDirectory(directory, name, depth);
        }
    }

    private void removeDirectory(Descriptor directory, String name, int depth) {
        // What is deleted while a directory is read may hide something else from the reader on some file systems.
        for (int attempt = 1; ; attempt++) {
            empty(directory, name, depth);
            try {
                unlink(directory, name, AtFlags.REMOVE_DIRECTORY);
                return;
            } catch (SystemCallException e) {
                if (e.errno() != Errno.ENOTEMPTY || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private void empty(Descriptor directory, String name, int depth) {
        try (Descriptor inner = calls.openat2(directory, name, DIRECTORY)) {
            for (var some = calls.readSome(inner); !some.isEmpty(); some = calls.readSome(inner)) {
                for (DirectoryEntry entry : some) {
                    if (entry.isDirectory()) {
                        // Those of an overlay's work directory are empty.
                        if (calls.tryUnlinkat(inner, entry.name(), AtFlags.REMOVE_DIRECTORY) != null) {
                            removeInner(inner, entry.name(), depth + 1);
                        }
                    } else if (!unlink(inner, entry.name(), 0)) {
                        // A file system that does not tell what is a directory.
                        removeInner(inner, entry.name(), depth + 1);
                    }
                }
            }
        } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    private void removeInner(Descriptor parent, String name, int depth) {
        if (depth < DEEPEST) {
            removeDirectory(parent, name, depth);
            return;
        }
        String lifted = ".lifted-" + Long.toHexString(System.nanoTime()) + "-" + moved++;
        calls.renameat2(parent, name, base, lifted, AtFlags.RENAME_NO_REPLACE);
        removeDirectory(base, lifted, 0);
    }

    /** False where it is a directory. */
    private boolean unlink(Descriptor directory, String name, int flags) {
        try {
            calls.unlinkat(directory, name, flags);
            return true;
        } catch (SystemCallException e) {
            return switch (e.errno()) {
                case ENOENT -> true;
                case EISDIR, EPERM -> {
                    if (flags != 0) {
                        throw e;
                    }
                    yield false;
                }
                default -> throw e;
            };
        }
    }
}
