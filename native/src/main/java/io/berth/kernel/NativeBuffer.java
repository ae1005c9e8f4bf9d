package io.berth.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory with its address. Structures are written through the buffer rather than through a segment's layouts,
 * whose first use would add tens of milliseconds to the daemon's start.
 *
 * @param bytes the memory, in the machine's byte order, freed with the buffer
 * @param address where it begins
 */
record NativeBuffer(ByteBuffer bytes, long address) {
    static NativeBuffer allocate(int size) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        return new NativeBuffer(bytes, MemorySegment.ofBuffer(bytes).address());
    }

    int size() {
        return bytes.capacity();
    }

    /** Returns a copy of the first {@code length} bytes. */
    byte[] copy(int length) {
        byte[] copy = new byte[length];
        bytes.get(0, copy);
        return copy;
    }
}
