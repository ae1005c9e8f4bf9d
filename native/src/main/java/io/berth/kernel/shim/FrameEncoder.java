package io.berth.kernel.shim;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Makes frames: a big-endian unsigned 32-bit length and the message. */
final class FrameEncoder {
    private FrameEncoder() {}

    /**
     * Returns the frame, ready to be written.
     *
     * @throws IllegalArgumentException for a message over the limit
     */
    static ByteBuffer encode(MessageLite message) {
        int length = message.getSerializedSize();
        if (length > FrameDecoder.LIMIT) {
            throw new IllegalArgumentException("a request of " + length + " bytes, the limit is " + FrameDecoder.LIMIT);
        }
        byte[] frame = new byte[FrameDecoder.HEADER + length];
        ByteBuffer buffer = ByteBuffer.wrap(frame).putInt(0, length);
        CodedOutputStream output = CodedOutputStream.newInstance(frame, FrameDecoder.HEADER, length);
        try {
            message.writeTo(output);
            output.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException("a message did not fit its own size", impossible);
        }
        return buffer;
    }
}
