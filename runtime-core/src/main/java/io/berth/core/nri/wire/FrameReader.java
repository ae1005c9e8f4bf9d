package io.berth.core.nri.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames: a header of fixed size with a big-endian unsigned 32-bit length in it, and that
 * many bytes. A frame that lies whole in the input is handed out in place; only one that is split is copied. Not
 * thread-safe.
 */
final class FrameReader {
    private final int lengthOffset;
    private final int limit;
    private final String what;
    private final ByteBuffer header;
    private @Nullable ByteBuffer payload;

    /** A frame; both buffers are valid until the input changes or the next frame is asked for. */
    record Frame(ByteBuffer header, ByteBuffer payload) {}

    /**
     * A reader of one kind of frames.
     *
     * @param limit the longest payload, in bytes
     * @param what names the frames in errors
     */
    FrameReader(int headerSize, int lengthOffset, int limit, String what) {
        this.lengthOffset = lengthOffset;
        this.limit = limit;
        this.what = what;
        this.header = ByteBuffer.allocate(headerSize);
    }

    /** The multiplexer's frames: connection, length, bytes of that connection's stream. */
    static FrameReader multiplexed() {
        return new FrameReader(
                Wire.TRUNK_HEADER, 4, Wire.MESSAGE_HEADER + Wire.MESSAGE_LIMIT, "a frame of the multiplexer");
    }

    /** The frames of ttrpc: length, stream, type, flags, message. */
    static FrameReader messages() {
        return new FrameReader(Wire.MESSAGE_HEADER, 0, Wire.MESSAGE_LIMIT, "a ttrpc message");
    }

    /** Takes the next frame out of the input; null when more is needed, all of the input was taken then. */
    @Nullable
    Frame next(ByteBuffer input) throws WireException {
        ByteBuffer open = payload;
        if (open == null) {
            move(input, header);
            if (header.hasRemaining()) {
                return null;
            }
            int length = header.getInt(lengthOffset);
            if (Integer.compareUnsigned(length, limit) > 0) {
                throw new WireException(
                        what + " of " + Integer.toUnsignedString(length) + " bytes, the limit is " + limit);
            }
            if (input.remaining() >= length) {
                ByteBuffer whole = input.slice(input.position(), length);
                input.position(input.position() + length);
                return frame(whole);
            }
            open = ByteBuffer.allocate(length);
            payload = open;
        }
        move(input, open);
        if (open.hasRemaining()) {
            return null;
        }
        payload = null;
        return frame(open.flip());
    }

    private Frame frame(ByteBuffer whole) {
        ByteBuffer head = ByteBuffer.allocate(header.capacity());
        head.put(header.flip()).flip();
        header.clear();
        return new Frame(head, whole);
    }

    private static void move(ByteBuffer from, ByteBuffer to) {
        int length = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), length);
        to.position(to.position() + length);
        from.position(from.position() + length);
    }
}
