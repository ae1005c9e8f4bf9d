package io.berth.kernel;

import static io.berth.kernel.KernelEntry.call;
import static io.berth.kernel.KernelEntry.failure;
import static io.berth.kernel.KernelEntry.require;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** {@link DataCalls} by system call. */
interface LinuxDataCalls extends DataCalls {
    /** The kernel gives its files a page at a time, in records that are shorter than this: less of them is the end. */
    int HALF_A_PAGE = 2048;

    @Override
    default int read(Descriptor descriptor, ByteBuffer target) {
        return Transfers.into(SystemCallNumber.READ, descriptor, target, 0);
    }

    @Override
    default int pread(Descriptor descriptor, ByteBuffer target, long position) {
        return Transfers.into(SystemCallNumber.PREAD64, descriptor, target, position);
    }

    @Override
    default int readSmallFile(@Nullable Descriptor directory, String path, ByteBuffer target) {
        if (!target.isDirect()) {
            throw new IllegalArgumentException("a direct buffer is wanted");
        }
        target.clear();
        long address = MemorySegment.ofBuffer(target).address();
        try (Scratch scratch = Scratch.borrow()) {
            int how = scratch.allocate(24);
            scratch.memory().putLong(how, OpenHow.READ_ONLY | OpenHow.CLOSE_ON_EXEC);
            long name = scratch.string(SystemCallNumber.OPENAT2, path);
            long place = LinuxCalls.number(directory);
            long file = call(scratch, SystemCallNumber.OPENAT2, place, name, scratch.address(how), 24, 0, 0);
            if (file < 0) {
                return -1;
            }
            int length = 0;
            long got = 0;
            while (length < target.capacity()) {
                got = call(scratch, SystemCallNumber.READ, file, address + length, target.capacity() - length, 0, 0, 0);
                if (got <= 0) {
                    break;
                }
                length += (int) got;
                if (got < HALF_A_PAGE) {
                    break;
                }
            }
            call(scratch, SystemCallNumber.CLOSE, file, 0, 0, 0, 0, 0);
            if (got < 0) {
                return -1;
            }
            target.position(length);
            return length;
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    @Override
    default int write(Descriptor descriptor, ByteBuffer source) {
        return Transfers.outOf(SystemCallNumber.WRITE, descriptor, source, 0);
    }

    @Override
    default int pwrite(Descriptor descriptor, ByteBuffer source, long position) {
        return Transfers.outOf(SystemCallNumber.PWRITE64, descriptor, source, position);
    }

    @Override
    default void writeFully(Descriptor descriptor, MemorySegment source) {
        if (!source.isNative()) {
            throw new IllegalArgumentException("a native segment is wanted");
        }
        try (Scratch scratch = Scratch.borrow()) {
            for (long done = 0; done < source.byteSize(); ) {
                done += require(
                        scratch,
                        SystemCallNumber.WRITE,
                        descriptor,
                        null,
                        descriptor.number(),
                        source.address() + done,
                        source.byteSize() - done,
                        0,
                        0,
                        0);
            }
        } finally {
            Reference.reachabilityFence(source);
        }
    }

    @Override
    default void fsync(Descriptor descriptor) {
        simple(SystemCallNumber.FSYNC, descriptor);
    }

    @Override
    default void fdatasync(Descriptor descriptor) {
        simple(SystemCallNumber.FDATASYNC, descriptor);
    }

    @Override
    default void syncfs(Descriptor descriptor) {
        simple(SystemCallNumber.SYNCFS, descriptor);
    }

    @Override
    default void ftruncate(Descriptor descriptor, long size) {
        try (Scratch scratch = Scratch.borrow()) {
            require(scratch, SystemCallNumber.FTRUNCATE, descriptor, null, descriptor.number(), size, 0, 0, 0, 0);
        }
    }

    @Override
    default void fallocate(Descriptor descriptor, int mode, long offset, long length) {
        try (Scratch scratch = Scratch.borrow()) {
            require(
                    scratch,
                    SystemCallNumber.FALLOCATE,
                    descriptor,
                    null,
                    descriptor.number(),
                    mode,
                    offset,
                    length,
                    0,
                    0);
        }
    }

    @Override
    default void cloneFile(Descriptor source, Descriptor target) {
        long ficlone = 0x40049409L;
        try (Scratch scratch = Scratch.borrow()) {
            require(scratch, SystemCallNumber.IOCTL, target, null, target.number(), ficlone, source.number(), 0, 0, 0);
        }
    }

    @Override
    default long copyFileRange(Descriptor source, Descriptor target, long length) {
        try (Scratch scratch = Scratch.borrow()) {
            return require(
                    scratch,
                    SystemCallNumber.COPY_FILE_RANGE,
                    target,
                    null,
                    source.number(),
                    0,
                    target.number(),
                    0,
                    length,
                    0);
        }
    }

    @Override
    default long seekData(Descriptor descriptor, long offset) {
        try (Scratch scratch = Scratch.borrow()) {
            int toData = 3;
            long result = call(scratch, SystemCallNumber.LSEEK, descriptor.number(), offset, toData, 0, 0, 0);
            if (result == -Errno.ENXIO.number()) {
                return -1;
            }
            if (result < 0) {
                throw failure(SystemCallNumber.LSEEK, descriptor, null, (int) -result);
            }
            return result;
        }
    }

    @Override
    default long seekHole(Descriptor descriptor, long offset) {
        try (Scratch scratch = Scratch.borrow()) {
            int toHole = 4;
            return require(
                    scratch, SystemCallNumber.LSEEK, descriptor, null, descriptor.number(), offset, toHole, 0, 0, 0);
        }
    }

    @Override
    default void seek(Descriptor descriptor, long offset) {
        try (Scratch scratch = Scratch.borrow()) {
            require(scratch, SystemCallNumber.LSEEK, descriptor, null, descriptor.number(), offset, 0, 0, 0, 0);
        }
    }

    @Override
    default boolean flock(Descriptor descriptor, int operation) {
        try (Scratch scratch = Scratch.borrow()) {
            long result = call(scratch, SystemCallNumber.FLOCK, descriptor.number(), operation, 0, 0, 0, 0);
            if (result == -Errno.EAGAIN.number() && (operation & LOCK_NO_WAIT) != 0) {
                return false;
            }
            if (result < 0) {
                throw failure(SystemCallNumber.FLOCK, descriptor, null, (int) -result);
            }
            return true;
        }
    }

    private static void simple(SystemCallNumber call, Descriptor descriptor) {
        try (Scratch scratch = Scratch.borrow()) {
            require(scratch, call, descriptor, null, descriptor.number(), 0, 0, 0, 0, 0);
        }
    }
}
