package io.berth.kernel;

/**
 * What {@code statx(2)} says of a file.
 *
 * @param mode type and permission bits, as {@code st_mode}
 * @param size bytes
 * @param blocks units of 512 bytes on disk
 * @param device number of the file system, only good for comparing
 * @param specialMajor major number of a device node
 * @param specialMinor minor number of a device node
 * @param modificationSeconds seconds since the epoch
 * @param modificationNanoseconds the rest of it, 0 to 999,999,999
 * @param mountId the mount's id, as in {@code /proc/self/mountinfo}
 */
public record FileStatus(
        int mode,
        int uid,
        int gid,
        int linkCount,
        long size,
        long blocks,
        long inode,
        long device,
        int specialMajor,
        int specialMinor,
        long modificationSeconds,
        int modificationNanoseconds,
        long mountId) {
    /** The bits of {@link #mode} that hold the type, {@code S_IFMT}. */
    public static final int TYPE_MASK = 0xF000;

    /** {@code S_IFIFO}. */
    public static final int FIFO = 0x1000;

    /** {@code S_IFCHR}. */
    public static final int CHARACTER_DEVICE = 0x2000;

    /** {@code S_IFDIR}. */
    public static final int DIRECTORY = 0x4000;

    /** {@code S_IFBLK}. */
    public static final int BLOCK_DEVICE = 0x6000;

    /** {@code S_IFREG}. */
    public static final int REGULAR_FILE = 0x8000;

    /** {@code S_IFLNK}. */
    public static final int SYMBOLIC_LINK = 0xA000;

    /** {@code S_IFSOCK}. */
    public static final int SOCKET = 0xC000;

    /** Returns the type alone: one of the constants above. */
    public int type() {
        return mode & TYPE_MASK;
    }

    /** Returns the permission bits with set-user-ID, set-group-ID and sticky: {@code mode & 07777}. */
    public int permissions() {
        return mode & 0xFFF;
    }

    /** Returns whether it is a directory. */
    public boolean isDirectory() {
        return type() == DIRECTORY;
    }

    /** Returns whether it is a regular file. */
    public boolean isRegularFile() {
        return type() == REGULAR_FILE;
    }

    /** Returns whether it is a symbolic link. */
    public boolean isSymbolicLink() {
        return type() == SYMBOLIC_LINK;
    }
}
