package io.berth.kernel;

/** Flags of the mount calls, {@code linux/mount.h}. */
public final class MountFlags {
    /** {@code MS_RDONLY}. */
    public static final long READ_ONLY = 1;

    /** {@code MS_NOSUID}. */
    public static final long NO_SET_USER_ID = 2;

    /** {@code MS_NODEV}. */
    public static final long NO_DEVICES = 4;

    /** {@code MS_NOEXEC}. */
    public static final long NO_EXECUTE = 8;

    /** {@code MS_REMOUNT}. */
    public static final long REMOUNT = 0x20;

    /** {@code MS_BIND}. */
    public static final long BIND = 0x1000;

    /** {@code MS_MOVE}. */
    public static final long MOVE = 0x2000;

    /** {@code MS_REC}. */
    public static final long RECURSIVE = 0x4000;

    /** {@code MS_UNBINDABLE}. */
    public static final long UNBINDABLE = 1 << 17;

    /** {@code MS_PRIVATE}. */
    public static final long PRIVATE = 1 << 18;

    /** {@code MS_SLAVE}. */
    public static final long SLAVE = 1 << 19;

    /** {@code MS_SHARED}. */
    public static final long SHARED = 1 << 20;

    /** {@code MNT_FORCE} of umount2. */
    public static final int UNMOUNT_FORCE = 1;

    /** {@code MNT_DETACH} of umount2: out of the tree now, gone when nobody uses it. */
    public static final int UNMOUNT_DETACH = 2;

    /** {@code UMOUNT_NOFOLLOW} of umount2. */
    public static final int UNMOUNT_NO_FOLLOW = 8;

    /** {@code OPEN_TREE_CLONE}: a detached copy in place of a handle on the mount itself. */
    public static final int OPEN_TREE_CLONE = 1;

    /** {@code MOUNT_ATTR_RDONLY}. */
    public static final int ATTRIBUTE_READ_ONLY = 0x1;

    /** {@code MOUNT_ATTR_NOSUID}. */
    public static final int ATTRIBUTE_NO_SET_USER_ID = 0x2;

    /** {@code MOUNT_ATTR_NODEV}. */
    public static final int ATTRIBUTE_NO_DEVICES = 0x4;

    /** {@code MOUNT_ATTR_NOEXEC}. */
    public static final int ATTRIBUTE_NO_EXECUTE = 0x8;

    /** {@code MOUNT_ATTR__ATIME}: the mask of the three access-time attributes. */
    public static final int ATTRIBUTE_ACCESS_TIME_MASK = 0x70;

    /** {@code MOUNT_ATTR_NOATIME}. */
    public static final int ATTRIBUTE_NO_ACCESS_TIME = 0x10;

    /** {@code MOUNT_ATTR_STRICTATIME}. */
    public static final int ATTRIBUTE_STRICT_ACCESS_TIME = 0x20;

    /** {@code MOUNT_ATTR_NODIRATIME}. */
    public static final int ATTRIBUTE_NO_DIRECTORY_ACCESS_TIME = 0x80;

    /** {@code MOUNT_ATTR_IDMAP}. */
    public static final int ATTRIBUTE_ID_MAP = 0x100000;

    /** {@code MOUNT_ATTR_NOSYMFOLLOW}. */
    public static final int ATTRIBUTE_NO_SYMLINK_FOLLOW = 0x200000;

    private MountFlags() {}
}
