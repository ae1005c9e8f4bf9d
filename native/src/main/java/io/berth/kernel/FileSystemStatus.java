package io.berth.kernel;

/**
 * What {@code statfs(2)} says of a file system.
 *
 * @param type the magic number, such as {@link #CGROUP2}
 * @param blockSize bytes of one block
 * @param blocks all blocks
 * @param freeBlocks free ones
 * @param availableBlocks free ones that a process without privileges may take
 * @param files all inodes
 * @param freeFiles free inodes
 */
public record FileSystemStatus(
        long type, long blockSize, long blocks, long freeBlocks, long availableBlocks, long files, long freeFiles) {
    /** {@code CGROUP2_SUPER_MAGIC}. */
    public static final long CGROUP2 = 0x63677270L;

    /** {@code CGROUP_SUPER_MAGIC}, version 1. */
    public static final long CGROUP = 0x27e0ebL;

    /** {@code TMPFS_MAGIC}. */
    public static final long TMPFS = 0x01021994L;

    /** {@code OVERLAYFS_SUPER_MAGIC}. */
    public static final long OVERLAY = 0x794c7630L;

    /** {@code BTRFS_SUPER_MAGIC}. */
    public static final long BTRFS = 0x9123683EL;

    /** {@code XFS_SUPER_MAGIC}. */
    public static final long XFS = 0x58465342L;

    /** {@code EXT4_SUPER_MAGIC}, that of ext2 and ext3 too. */
    public static final long EXT4 = 0xEF53L;

    /** {@code NSFS_MAGIC}: a namespace's file. */
    public static final long NAMESPACE = 0x6e736673L;

    /** {@code PROC_SUPER_MAGIC}. */
    public static final long PROC = 0x9fa0L;

    /** Returns the size in bytes. */
    public long totalBytes() {
        return blocks * blockSize;
    }

    /** Returns the bytes that a process without privileges may still write. */
    public long availableBytes() {
        return availableBlocks * blockSize;
    }
}
