package io.berth.kernel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names in directories: opening, making, linking, removing, looking. A null directory means that the path stands alone
 * (absolute, or from the working directory). Paths are strings because {@code java.nio.file.Path} cannot hold every
 * name that Linux can; see {@link FileNames}.
 *
 * <p>Each method throws {@link SystemCallException}. A path that is longer than the kernel takes fails with
 * ENAMETOOLONG, one with a NUL in it with EINVAL.
 */
public interface FileCalls {
    /** Opens as {@code how} says. The caller owns the descriptor. */
    Descriptor openat2(@Nullable Descriptor directory, String path, OpenHow how);

    /** Makes a file in memory, named {@code name} in {@code /proc}. The caller owns the descriptor. */
    Descriptor memfdCreate(String name, int flags);

    /** Makes a directory; the umask takes its bits from {@code mode}. */
    void mkdirat(@Nullable Descriptor directory, String path, int mode);

    /**
     * As {@link #mkdirat}, without the cost of an exception: for what is often there already.
     *
     * @return why it failed, or null
     */
    @Nullable
    Errno tryMkdirat(@Nullable Descriptor directory, String path, int mode);

    /** Makes a device node, FIFO or socket file: {@code mode} has the type of {@link FileStatus} and permissions. */
    void mknodat(@Nullable Descriptor directory, String path, int mode, int major, int minor);

    /** Makes a symbolic link at {@code path} that says {@code target}. */
    void symlinkat(String target, @Nullable Descriptor directory, String path);

    /**
     * Makes a hard link.
     *
     * @param flags 0, {@link AtFlags#EMPTY_PATH} or {@link AtFlags#SYMLINK_FOLLOW}
     */
    void linkat(
            @Nullable Descriptor fromDirectory,
            String fromPath,
            @Nullable Descriptor toDirectory,
            String toPath,
            int flags);

    /**
     * Removes a name.
     *
     * @param flags 0, or {@link AtFlags#REMOVE_DIRECTORY} for an empty directory
     */
    void unlinkat(@Nullable Descriptor directory, String path, int flags);

    /**
     * As {@link #unlinkat}, without the cost of an exception: for what often fails.
     *
     * @return why it failed, or null
     */
    @Nullable
    Errno tryUnlinkat(@Nullable Descriptor directory, String path, int flags);

    /**
     * Renames.
     *
     * @param flags 0, {@link AtFlags#RENAME_NO_REPLACE} or {@link AtFlags#RENAME_EXCHANGE}
     */
    void renameat2(
            @Nullable Descriptor fromDirectory,
            String fromPath,
            @Nullable Descriptor toDirectory,
            String toPath,
            int flags);

    /** Reads what a symbolic link says; with an empty path, the link that {@code directory} is a handle of. */
    String readlinkat(@Nullable Descriptor directory, String path);

    /**
     * Looks at a file ({@code statx(2)}).
     *
     * @param flags 0 or any of {@link AtFlags#SYMLINK_NO_FOLLOW}, {@link AtFlags#EMPTY_PATH}
     */
    FileStatus fstatat(@Nullable Descriptor directory, String path, int flags);

    /** As {@link #fstatat}, but null where nothing is there (ENOENT, ENOTDIR), without the cost of an exception. */
    @Nullable
    FileStatus findStatus(@Nullable Descriptor directory, String path, int flags);

    /** Looks at an open file. */
    FileStatus fstat(Descriptor descriptor);

    /**
     * Reads the whole directory, without {@code .} and {@code ..}, in the file system's order.
     *
     * @param directory opened for reading; its position moves to the end
     */
    default List<DirectoryEntry> readDirectory(Descriptor directory) {
        List<DirectoryEntry> all = new ArrayList<>();
        for (List<DirectoryEntry> some = readSome(directory); !some.isEmpty(); some = readSome(directory)) {
            all.addAll(some);
        }
        return all;
    }

    /**
     * Reads the next entries, some thousand at most: for directories that a stranger may have filled with millions.
     * Entries that come or go meanwhile may be seen or not.
     *
     * @param directory opened for reading; its position moves on
     * @return none at the end
     */
    List<DirectoryEntry> readSome(Descriptor directory);

    /** Asks the file system at {@code path}. */
    FileSystemStatus statfs(String path);

    /** Asks the file system of an open file. */
    FileSystemStatus fstatfs(Descriptor descriptor);
}
