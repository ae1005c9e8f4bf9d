package io.berth.imagefs.tar;

import io.berth.imagefs.content.ByteSource;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * Large buffers over a source of bytes. Headers are copied out of them, block by block; contents are passed on as they
 * lie there.
 */
final class TarInput {
    static final int BLOCK = 512;

    private final ByteSource in;
    private final Supplier<ByteBuffer> buffers;
    /** What came and was not taken lies between position and limit. */
    private ByteBuffer buffer;

    private final byte[] block = new byte[BLOCK];
    /** Bytes that came from the source so far. */
    private long came;

    TarInput(ByteSource in, Supplier<ByteBuffer> buffers) {
        this.in = in;
        this.buffers = buffers;
        this.buffer = buffers.get().limit(0);
    }

    /** The block that {@link #nextBlock} took. */
    byte[] block() {
        return block;
    }

    /** Takes the next block of 512 bytes; false at a clean end. */
    boolean nextBlock() throws IOException {
        if (buffer.remaining() < BLOCK) {
            int rest = buffer.remaining();
            buffer.get(block, 0, rest);
            buffer = buffers.get().put(block, 0, rest);
            while (buffer.position() < BLOCK) {
                int n = in.read(buffer);
                if (n < 0) {
                    if (buffer.position() == 0) {
                        buffer.flip();
                        return false;
                    }
                    throw new EOFException("the tar stream ends in the middle of a block");
                }
                came += n;
            }
            buffer.flip();
        }
        buffer.get(block);
        return true;
    }

    /** Takes up to {@code wanted} bytes of content: a view of the buffer, valid until the next call. */
    ByteBuffer take(long wanted) throws IOException {
        if (!buffer.hasRemaining()) {
            refill();
        }
        int n = (int) Math.min(wanted, buffer.remaining());
        ByteBuffer taken = buffer.slice(buffer.position(), n);
        buffer.position(buffer.position() + n);
        return taken;
    }

    /** Where in the stream the next byte lies. */
    long position() {
        return came - buffer.remaining();
    }

    void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (!buffer.hasRemaining()) {
                refill();
            }
            int n = (int) Math.min(left, buffer.remaining());
            buffer.position(buffer.position() + n);
            left -= n;
        }
    }

    byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        int done = 0;
        while (done < count) {
            if (!buffer.hasRemaining()) {
                refill();
            }
            int n = Math.min(count - done, buffer.remaining());
            buffer.get(bytes, done, n);
            done += n;
        }
        return bytes;
    }

    /** Reads to the end, counting nothing. */
    void drain() throws IOException {
        do {
            buffer = buffers.get();
        } while (in.read(buffer) >= 0); // only the streams below want these bytes
        buffer.limit(0);
    }

    private void refill() throws IOException {
        buffer = buffers.get();
        int n = in.read(buffer);
        buffer.flip();
        if (n < 0) {
            throw new EOFException("the tar stream ends in the middle of a file");
        }
        came += n;
    }
}
