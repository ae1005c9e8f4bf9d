package io.berth.imagefs.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A large buffer over the stream, from which headers are read in place and contents passed on without another copy. */
final class TarInput {
    static final int BLOCK = 512;
    private static final int BUFFER = 256 << 10;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;
    /** Bytes that came from the stream so far. */
    private long came;

    TarInput(InputStream in) {
        this.in = in;
    }

    /** The buffer; {@link #block} says where. */
    byte[] buffer() {
        return buffer;
    }

    /**
     * Takes the next block of 512 bytes.
     *
     * @return its offset in the buffer, valid until the next call; -1 at a clean end
     */
    int block() throws IOException {
        if (end - start < BLOCK) {
            System.arraycopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
            while (end < BLOCK) {
                int n = in.read(buffer, end, BUFFER - end);
                if (n < 0) {
                    if (end == 0) {
                        return -1;
                    }
                    throw new EOFException("the tar stream ends in the middle of a block");
                }
                end += n;
                came += n;
            }
        }
        int block = start;
        start += BLOCK;
        return block;
    }

    /** Takes up to {@code wanted} bytes of content, as they lie in the buffer; {@link #lastOffset} says where. */
    int take(long wanted) throws IOException {
        if (start == end) {
            start = 0;
            end = 0;
            int n = in.read(buffer, 0, BUFFER);
            if (n < 0) {
                throw new EOFException("the tar stream ends in the middle of a file");
            }
            end = n;
            came += n;
        }
        int n = (int) Math.min(wanted, end - start);
        start += n;
        return n;
    }

    /** Where the bytes of the last {@link #take} of {@code n} bytes begin. */
    int lastOffset(int n) {
        return start - n;
    }

    /** Where in the stream the next byte lies. */
    long position() {
        return came - (end - start);
    }

    void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            left -= take(left);
        }
    }

    byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        int done = 0;
        while (done < count) {
            int n = take(count - done);
            System.arraycopy(buffer, lastOffset(n), bytes, done, n);
            done += n;
        }
        return bytes;
    }

    /** Reads to the end, counting nothing. */
    void drain() throws IOException {
        start = 0;
        end = 0;
        while (in.read(buffer, 0, BUFFER) >= 0) {
            // only the streams below want these bytes
        }
    }
}
