package io.berth.kernel.shim;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames: a big-endian unsigned 32-bit length and that many bytes. Frames that lie whole in
 * the input are handed out in place; only one that is split is copied, into memory of its size which is dropped
 * afterwards. Not thread-safe.
 */
final class FrameDecoder {
    /** The longest frame that the protocol allows, in bytes without the length. */
    static final int LIMIT = 4 * 1024 * 1024;

    /** The bytes of the length. */
    static final int HEADER = 4;

    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private @Nullable ByteBuffer partial;

    /**
     * Takes the next frame out of {@code input}.
     *
     * @return the frame, valid until the input changes, or null when more input is needed (all of it was consumed then)
     * @throws FrameException for a frame over the limit
     */
    @Nullable
    ByteBuffer next(ByteBuffer input) throws FrameException {
        ByteBuffer open = partial;
        if (open == null) {
            if (header.position() == 0 && input.remaining() >= HEADER) {
                int length = checked(input.getInt());
                if (input.remaining() >= length) {
                    ByteBuffer frame = input.slice(input.position(), length);
                    input.position(input.position() + length);
                    return frame;
                }
                open = ByteBuffer.allocate(length);
            } else {
                move(input, header);
                if (header.hasRemaining()) {
                    return null;
                }
                open = ByteBuffer.allocate(checked(header.getInt(0)));
                header.clear();
            }
            partial = open;
        }
        move(input, open);
        if (open.hasRemaining()) {
            return null;
        }
        partial = null;
        return open.flip();
    }

    private static int checked(int length) throws FrameException {
        if (Integer.compareUnsigned(length, LIMIT) > 0) {
            throw new FrameException(
                    "a frame of " + Integer.toUnsignedString(length) + " bytes, the limit is " + LIMIT);
        }
        return length;
    }

    private static void move(ByteBuffer from, ByteBuffer to) {
        int length = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), length);
        to.position(to.position() + length);
        from.position(from.position() + length);
    }
}
