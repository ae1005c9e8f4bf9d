package io.berth.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of open files. Direct buffers go to the kernel as they are, heap buffers are copied by 64 KiB at a time; both
 * move their position by what was transferred. Each method throws {@link SystemCallException}.
 */
public interface DataCalls {
    /** Reads at the file's position; 0 at the end. */
    int read(Descriptor descriptor, ByteBuffer target);

    /** Reads at {@code position}; 0 at the end. */
    int pread(Descriptor descriptor, ByteBuffer target, long position);

    /**
     * Opens a small file of the kernel's (proc, cgroup, sysfs), reads it from its beginning as far as there is room,
     * and closes it: three system calls, nothing made. What cannot be read is an answer and no exception, since such
     * files come and go with processes and cgroups.
     *
     * @param directory null: the path stands alone
     * @param target a direct buffer; filled from its beginning, its position is the end of what was read
     * @return the bytes read; -1 when the file cannot be opened or read
     */
    int readSmallFile(@Nullable Descriptor directory, String path, ByteBuffer target);

    /** Writes at the file's position; may write less than there is. */
    int write(Descriptor descriptor, ByteBuffer source);

    /** Writes at {@code position}; may write less than there is. */
    int pwrite(Descriptor descriptor, ByteBuffer source, long position);

    /** Writes all of a native segment at the file's position. The segment must stay alive during the call. */
    void writeFully(Descriptor descriptor, MemorySegment source);

    /** Writes all that remains in the buffer at the file's position. */
    default void writeFully(Descriptor descriptor, ByteBuffer source) {
        while (source.hasRemaining()) {
            write(descriptor, source);
        }
    }

    /** Makes the file durable, data and metadata. */
    void fsync(Descriptor descriptor);

    /** Makes the file's data durable. */
    void fdatasync(Descriptor descriptor);

    /** Makes everything on the file's file system durable, and reports write-back errors since it was opened. */
    void syncfs(Descriptor descriptor);

    /** Sets the size; what is added reads as zeros and takes no space. */
    void ftruncate(Descriptor descriptor, long size);

    /**
     * Reserves or frees space.
     *
     * @param mode 0 to reserve, or {@code FALLOC_FL_*}
     */
    void fallocate(Descriptor descriptor, int mode, long offset, long length);

    /** Makes {@code target} share all of {@code source}'s blocks (FICLONE); EOPNOTSUPP or EXDEV where it cannot. */
    void cloneFile(Descriptor source, Descriptor target);

    /** Copies inside the kernel from the positions of both; returns the bytes copied, 0 at the end of the source. */
    long copyFileRange(Descriptor source, Descriptor target, long length);

    /**
     * Moves the file's position to where data is, at an offset or after it: holes are passed over.
     *
     * @return that position; -1 where only a hole is left, and the position stays
     */
    long seekData(Descriptor descriptor, long offset);

    /** Moves the file's position to the next hole at an offset or after it; the end of the file counts as one. */
    long seekHole(Descriptor descriptor, long offset);

    /** Moves the file's position. */
    void seek(Descriptor descriptor, long offset);

    /**
     * Locks or unlocks the open file ({@code flock(2)}); a lock lives as long as the open file.
     *
     * @param operation {@link #LOCK_SHARED}, {@link #LOCK_EXCLUSIVE} or {@link #UNLOCK}, with {@link #LOCK_NO_WAIT}
     * @return false when {@link #LOCK_NO_WAIT} was asked for and somebody else holds it
     */
    boolean flock(Descriptor descriptor, int operation);

    /** {@code LOCK_SH}. */
    int LOCK_SHARED = 1;

    /** {@code LOCK_EX}. */
    int LOCK_EXCLUSIVE = 2;

    /** {@code LOCK_NB}. */
    int LOCK_NO_WAIT = 4;

    /** {@code LOCK_UN}. */
    int UNLOCK = 8;
}
