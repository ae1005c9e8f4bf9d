package io.berth.kernel;

import java.nio.ByteBuffer;

/** {@code struct statfs} of 64-bit machines ({@code asm-generic/statfs.h}). */
final class StatfsLayout {
    static final int SIZE = 120;

    private StatfsLayout() {}

    static FileSystemStatus read(ByteBuffer memory, int offset) {
        return new FileSystemStatus(
                memory.getLong(offset),
                memory.getLong(offset + 8),
                memory.getLong(offset + 16),
                memory.getLong(offset + 24),
                memory.getLong(offset + 32),
                memory.getLong(offset + 40),
                memory.getLong(offset + 48));
    }
}
