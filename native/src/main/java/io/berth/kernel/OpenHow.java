package io.berth.kernel;

/**
 * How {@code openat2(2)} opens: {@code struct open_how} of {@code linux/openat2.h}. {@code O_CLOEXEC} is always added.
 *
 * @param flags {@code O_*} flags
 * @param mode permission bits of a file that is made; must be 0 unless {@link #CREATE} or {@link #TEMPORARY_FILE} is
 *     set
 * @param resolve {@code RESOLVE_*} flags that bound the path walk
 */
public record OpenHow(long flags, int mode, long resolve) {
    /** {@code O_RDONLY}. */
    public static final long READ_ONLY = 0;

    /** {@code O_WRONLY}. */
    public static final long WRITE_ONLY = 1;

    /** {@code O_RDWR}. */
    public static final long READ_WRITE = 2;

    /** {@code O_CREAT}. */
    public static final long CREATE = 0x40;

    /** {@code O_EXCL}: the file must not exist yet. */
    public static final long EXCLUSIVE = 0x80;

    /** {@code O_TRUNC}. */
    public static final long TRUNCATE = 0x200;

    /** {@code O_APPEND}. */
    public static final long APPEND = 0x400;

    /** {@code O_NONBLOCK}. */
    public static final long NON_BLOCKING = 0x800;

    /** {@code O_DIRECTORY}: fails with ENOTDIR on anything else. */
    public static final long DIRECTORY = Architecture.current().openDirectory();

    /** {@code O_NOFOLLOW}: fails with ELOOP when the last component is a symbolic link. */
    public static final long NO_FOLLOW = Architecture.current().openNoFollow();

    /** {@code O_PATH}: a handle on a place in the tree, not an open file. */
    public static final long PATH = 0x200000;

    /** {@code O_TMPFILE}: a file without a name in the directory that the path names. */
    public static final long TEMPORARY_FILE = 0x400000 | DIRECTORY;

    /** {@code O_CLOEXEC}, always added. */
    static final long CLOSE_ON_EXEC = 0x80000;

    /** {@code RESOLVE_NO_XDEV}: crosses no mount point. */
    public static final long NO_CROSS_MOUNT = 0x01;

    /** {@code RESOLVE_NO_MAGICLINKS}: follows no {@code /proc/PID/fd} links. */
    public static final long NO_MAGIC_LINKS = 0x02;

    /** {@code RESOLVE_NO_SYMLINKS}: follows no symbolic links at all. */
    public static final long NO_SYMBOLIC_LINKS = 0x04;

    /** {@code RESOLVE_BENEATH}: fails with EXDEV where the path would leave the directory. */
    public static final long BENEATH = 0x08;

    /** {@code RESOLVE_IN_ROOT}: the directory is the root of the walk, as after chroot. */
    public static final long IN_ROOT = 0x10;

    /** Reads the file that the path names. */
    public static OpenHow reading() {
        return new OpenHow(READ_ONLY, 0, 0);
    }

    /** Opens a directory, to read it or to resolve from it. */
    public static OpenHow directory() {
        return new OpenHow(READ_ONLY | DIRECTORY, 0, 0);
    }

    /** Makes a handle on the place that the path names, without opening the file there. */
    public static OpenHow place() {
        return new OpenHow(PATH, 0, 0);
    }

    /** Makes a new file for writing; an existing one fails with EEXIST, a symbolic link is never followed. */
    public static OpenHow creating(int mode) {
        return new OpenHow(WRITE_ONLY | CREATE | EXCLUSIVE | NO_FOLLOW, mode, 0);
    }

    /** Returns the same with {@code more} flags added. */
    public OpenHow withFlags(long more) {
        return new OpenHow(flags | more, mode, resolve);
    }

    /** Returns the same with {@code more} bounds on the path walk added. */
    public OpenHow withResolve(long more) {
        return new OpenHow(flags, mode, resolve | more);
    }

    /** Returns the same, resolved as if the directory were the root: no path leads out of it. */
    public OpenHow inRoot() {
        return withResolve(IN_ROOT | NO_MAGIC_LINKS);
    }

    /** Returns the same, failing with EXDEV where the path would lead out of the directory. */
    public OpenHow beneath() {
        return withResolve(BENEATH | NO_MAGIC_LINKS);
    }
}
