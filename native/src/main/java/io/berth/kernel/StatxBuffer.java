package io.berth.kernel;

import org.jspecify.annotations.Nullable;

/** {@code struct statx} of {@code linux/stat.h}, the same on every machine. */
final class StatxBuffer {
    private static final int SIZE = 256;

    /** {@code STATX_BASIC_STATS | STATX_MNT_ID}. */
    private static final int WANTED = 0x7FF | 0x1000;

    private final Scratch scratch;
    private final int offset;

    StatxBuffer(Scratch scratch) {
        this.scratch = scratch;
        this.offset = scratch.allocate(SIZE);
    }

    /** Asks the kernel; returns 0 or the error number negated. */
    long fill(@Nullable Descriptor directory, String path, int flags) {
        long name = scratch.string(SystemCallNumber.STATX, path);
        return KernelEntry.call(
                scratch,
                SystemCallNumber.STATX,
                LinuxCalls.number(directory),
                name,
                flags,
                WANTED,
                scratch.address(offset),
                0);
    }

    FileStatus read() {
        return new FileStatus(
                scratch.memory().getShort(offset + 28) & 0xFFFF,
                integer(20),
                integer(24),
                integer(16),
                word(40),
                word(48),
                word(32),
                ((long) integer(136) << 32) | (integer(140) & 0xFFFFFFFFL),
                integer(128),
                integer(132),
                word(112),
                integer(120),
                word(144));
    }

    private int integer(int at) {
        return scratch.memory().getInt(offset + at);
    }

    private long word(int at) {
        return scratch.memory().getLong(offset + at);
    }
}
