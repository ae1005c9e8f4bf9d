package io.berth.imagefs.layers;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.unpack.StorageFailures;
import io.berth.imagefs.unpack.TreeRemover;
import io.berth.kernel.AtFlags;
import io.berth.kernel.Descriptor;
import io.berth.kernel.DirectoryEntry;
import io.berth.kernel.Errno;
import io.berth.kernel.FileStatus;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories of the store: {@code layers/ID}, {@code snapshots/KEY}, {@code incoming/N} for what is being made and
 * {@code trash/N} for what is being deleted. Things change places by renaming, so that each is always wholly in one of
 * them.
 */
public final class StoreDirectories implements AutoCloseable {
    public static final String LAYERS = "layers";
    public static final String SNAPSHOTS = "snapshots";
    public static final String INCOMING = "incoming";
    /** Only with drivers that make some. */
    public static final String VOLUMES = "volumes";

    private static final String TRASH = "trash";
    private static final Logger LOG = LoggerFactory.getLogger(StoreDirectories.class);
    private static final int MOST_WAITING = 1000;
    private static final long CLOSE_SECONDS = 10;

    private final SystemCalls calls;
    private final Path root;
    private final Descriptor handle;
    private final EarlySync early;
    private final AtomicLong next = new AtomicLong();
    private final ThreadPoolExecutor deleter = new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("image-trash").factory(),
            new ThreadPoolExecutor.CallerRunsPolicy());

    private StoreDirectories(SystemCalls calls, Path root, Descriptor handle) {
        this.calls = calls;
        this.root = root;
        this.handle = handle;
        deleter.allowCoreThreadTimeOut(true);
        early = new EarlySync(calls, handle);
    }

    /** Makes what is missing. */
    public static StoreDirectories open(SystemCalls calls, Path root) {
        try {
            var own = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
            Files.createDirectories(root, own);
            for (String name : List.of(LAYERS, SNAPSHOTS, INCOMING, TRASH)) {
                Files.createDirectories(root.resolve(name), own);
            }
            return new StoreDirectories(calls, root, calls.openat2(null, root.toString(), OpenHow.directory()));
        } catch (IOException e) {
            throw new ImageException(ImageException.Kind.STORAGE, "making " + root + ": " + e.getMessage(), e);
        } catch (SystemCallException e) {
            throw StorageFailures.of("opening the image store", e);
        }
    }

    /** Makes an area that only some stores have. */
    public void makeArea(String area) {
        try {
            calls.mkdirat(handle, area, 0700);
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw StorageFailures.of("opening the image store", e);
            }
        }
    }

    /** Opens an area; the caller closes it. */
    public Descriptor openArea(String area) {
        return calls.openat2(handle, area, OpenHow.directory());
    }

    public Path root() {
        return root;
    }

    public SystemCalls calls() {
        return calls;
    }

    /** Where something is for others. */
    public Path path(String area, String name) {
        return root.resolve(area).resolve(name);
    }

    /** Opens something of the store; the caller closes it. */
    public Descriptor open(String area, String name) {
        return calls.openat2(handle, area + "/" + name, OpenHow.directory().beneath());
    }

    /** Makes a directory in an area. */
    public void make(String area, String name, int mode) {
        calls.mkdirat(handle, area + "/" + name, mode);
    }

    /** Gives a directory in an area the owner and the permissions of another. */
    public void dress(String area, String name, FileStatus like) {
        String path = area + "/" + name;
        if (like.uid() != 0 || like.gid() != 0) {
            calls.fchownat(handle, path, like.uid(), like.gid(), AtFlags.SYMLINK_NO_FOLLOW);
        }
        // The daemon's umask had its say when it was made.
        calls.fchmodat(handle, path, like.permissions());
    }

    /** Makes an empty directory for something new and returns its name. */
    public String makeIncoming() {
        String name = Long.toString(next.incrementAndGet());
        try {
            calls.mkdirat(handle, INCOMING + "/" + name, 0755);
            return name;
        } catch (SystemCallException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
        // Left by a daemon that died and not collected yet.
        delete(Collections.singletonList(discard(INCOMING, name)));
        calls.mkdirat(handle, INCOMING + "/" + name, 0755);
        return name;
    }

    /** Gives something that was made its place. */
    public void commit(String incoming, String area, String name) {
        calls.renameat2(handle, INCOMING + "/" + incoming, handle, area + "/" + name, AtFlags.RENAME_NO_REPLACE);
    }

    /** Everything written to the store's file system so far is on the disk when this returns. */
    public void sync() {
        calls.syncfs(handle);
    }

    /**
     * Tells that so many bytes have been written. When they are many, the disk begins on them: it would stand still
     * until {@link #sync} otherwise, which would then wait for all of them.
     */
    public void wrote(long bytes) {
        early.wrote(bytes);
    }

    /** Makes the names in an area durable. */
    public void syncNames(String area) {
        try (Descriptor directory = calls.openat2(handle, area, OpenHow.directory())) {
            calls.fsync(directory);
        }
    }

    /** Moves something out of the way at once, for {@link #delete}; null where nothing is there. */
    public @Nullable String discard(String area, String name) {
        String away = Long.toHexString(System.nanoTime()) + "-" + next.incrementAndGet();
        try {
            calls.renameat2(handle, area + "/" + name, handle, TRASH + "/" + away, AtFlags.RENAME_NO_REPLACE);
            return away;
        } catch (SystemCallException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw StorageFailures.of("removing " + area + "/" + name, e);
        }
    }

    /**
     * Deletes what {@link #discard} moved away; nulls are passed over. What cannot be deleted is tried again at the
     * next start.
     */
    public void delete(List<@Nullable String> discarded) {
        try (Descriptor trash = calls.openat2(handle, TRASH, OpenHow.directory())) {
            TreeRemover remover = new TreeRemover(calls, trash);
            for (String name : discarded) {
                if (name != null) {
                    remover.removeTree(name);
                }
            }
        } catch (SystemCallException e) {
            throw StorageFailures.of("deleting unused files", e);
        }
    }

    /**
     * Deletes what {@link #discard} moved away, on a thread of its own: a container's files may be many, and whoever
     * removes it has others waiting. When too much waits already, the caller does it.
     */
    public void deleteLater(String discarded) {
        deleter.execute(() -> {
            try {
                delete(List.of(discarded));
            } catch (ImageException e) {
                LOG.warn("{}; it is tried again at the next start", e.getMessage());
            }
        });
    }

    /** Deletes all that was ever discarded. */
    public void emptyTrash() {
        delete(List.copyOf(names(TRASH)));
    }

    /** The names in an area. */
    public List<String> names(String area) {
        try (Descriptor directory = calls.openat2(handle, area, OpenHow.directory())) {
            return calls.readDirectory(directory).stream()
                    .map(DirectoryEntry::name)
                    .toList();
        } catch (SystemCallException e) {
            throw StorageFailures.of("reading " + area, e);
        }
    }

    /** Waits a little for deletions under way; the rest is done at the next start. */
    @Override
    public void close() {
        early.close();
        deleter.shutdown();
        try {
            if (!deleter.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                // The handle stays open for the deletion that is still under way.
                deleter.getQueue().clear();
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return;
        }
        handle.close();
    }
}
