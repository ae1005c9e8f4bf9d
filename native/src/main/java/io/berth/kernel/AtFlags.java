package io.berth.kernel;

/** Flags of the {@code *at} calls, {@code linux/fcntl.h} and {@code linux/fs.h}. */
public final class AtFlags {
    /** {@code AT_SYMLINK_NOFOLLOW}. */
    public static final int SYMLINK_NO_FOLLOW = 0x100;

    /** {@code AT_REMOVEDIR}. */
    public static final int REMOVE_DIRECTORY = 0x200;

    /** {@code AT_SYMLINK_FOLLOW}. */
    public static final int SYMLINK_FOLLOW = 0x400;

    /** {@code AT_EMPTY_PATH}: the directory descriptor itself is meant. */
    public static final int EMPTY_PATH = 0x1000;

    /** {@code AT_RECURSIVE}: the whole tree of mounts. */
    public static final int RECURSIVE = 0x8000;

    /** {@code RENAME_NOREPLACE}. */
    public static final int RENAME_NO_REPLACE = 1;

    /** {@code RENAME_EXCHANGE}. */
    public static final int RENAME_EXCHANGE = 2;

    private AtFlags() {}
}
