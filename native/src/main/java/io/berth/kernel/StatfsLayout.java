package io.berth.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code struct statfs} of 64-bit machines ({@code asm-generic/statfs.h}). */
final class StatfsLayout {
    static final int SIZE = 120;

    private StatfsLayout() {}

    static FileSystemStatus read(MemorySegment memory, int offset) {
        return new FileSystemStatus(
                memory.get(ValueLayout.JAVA_LONG, offset),
                memory.get(ValueLayout.JAVA_LONG, offset + 8),
                memory.get(ValueLayout.JAVA_LONG, offset + 16),
                memory.get(ValueLayout.JAVA_LONG, offset + 24),
                memory.get(ValueLayout.JAVA_LONG, offset + 32),
                memory.get(ValueLayout.JAVA_LONG, offset + 40),
                memory.get(ValueLayout.JAVA_LONG, offset + 48));
    }
}
