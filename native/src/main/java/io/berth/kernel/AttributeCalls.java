package io.berth.kernel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Owners, modes, times and extended attributes. Conventions as in {@link FileCalls}.
 *
 * <p>The extended-attribute methods that take a directory never follow a symbolic link at {@code name}, and take a
 * single path component there (a longer relative path could be led astray by a link in its middle); with a null
 * directory {@code name} is any path.
 */
public interface AttributeCalls {
    /**
     * Changes owners; -1 leaves one as it is.
     *
     * @param flags 0 or {@link AtFlags#SYMLINK_NO_FOLLOW}
     */
    void fchownat(@Nullable Descriptor directory, String path, int uid, int gid, int flags);

    /** Changes the owners of an open file; -1 leaves one as it is. */
    void fchown(Descriptor descriptor, int uid, int gid);

    /** Changes permission bits; follows a symbolic link (links have no mode of their own). */
    void fchmodat(@Nullable Descriptor directory, String path, int mode);

    /** Changes the permission bits of an open file (not of an {@code O_PATH} handle). */
    void fchmod(Descriptor descriptor, int mode);

    /**
     * Sets access and modification time, in seconds since the epoch and nanoseconds of the rest.
     *
     * @param flags 0 or {@link AtFlags#SYMLINK_NO_FOLLOW}
     */
    void utimensat(
            @Nullable Descriptor directory,
            String path,
            long accessSeconds,
            int accessNanoseconds,
            long modificationSeconds,
            int modificationNanoseconds,
            int flags);

    /** Sets the times of an open file. */
    void futimens(
            Descriptor descriptor,
            long accessSeconds,
            int accessNanoseconds,
            long modificationSeconds,
            int modificationNanoseconds);

    /** Sets an extended attribute of the file {@code name}. At most 64 KiB. */
    void lsetxattr(@Nullable Descriptor directory, String name, String attribute, byte[] value);

    /** Sets an extended attribute of an open file. At most 64 KiB. */
    void fsetxattr(Descriptor descriptor, String attribute, byte[] value);

    /** Reads an extended attribute; null where the file has none of that name. */
    byte @Nullable [] lgetxattr(@Nullable Descriptor directory, String name, String attribute);

    /** Reads an extended attribute of an open file; null where it has none of that name. */
    byte @Nullable [] fgetxattr(Descriptor descriptor, String attribute);

    /** Lists the names of the extended attributes. */
    List<String> llistxattr(@Nullable Descriptor directory, String name);

    /** Removes an extended attribute. */
    void lremovexattr(@Nullable Descriptor directory, String name, String attribute);
}
