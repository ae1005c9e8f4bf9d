package io.berth.imagefs.unpack;

import io.berth.imagefs.content.Hash;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The buffers that a layer is unpacked into, in turn, so that its hash may lag behind. For one thread. */
final class BufferRing implements Supplier<ByteBuffer> {
    /** With fewer, layers would wait for each other's hashes. */
    private static final int COUNT = 3;

    private final Hash hash;
    private final LongSupplier count;
    private final ByteBuffer[] buffers = new ByteBuffer[COUNT];
    /** How many bytes the hash had been given when a buffer's turn was over. */
    private final long[] given = new long[COUNT];

    private int current;

    /**
     * Prepares.
     *
     * @param hash of what comes into the buffers
     * @param count how many bytes it has been given
     * @param make gives direct buffers
     */
    BufferRing(Hash hash, LongSupplier count, Supplier<ByteBuffer> make) {
        this.hash = hash;
        this.count = count;
        for (int i = 0; i < COUNT; i++) {
            buffers[i] = make.get();
        }
    }

    /** The next buffer, empty. What is in the one before stays there for now, what is in the others is taken in. */
    @Override
    public ByteBuffer get() {
        given[current] = count.getAsLong();
        current = (current + 1) % COUNT;
        hash.settle(given[current]);
        return buffers[current].clear();
    }
}
