package io.berth.server.cri;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import io.grpc.Drainable;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * An answer as the bytes that are sent. It is put together from messages that are encoded already, so that nothing of
 * them is sized or encoded again. Immutable.
 */
final class EncodedAnswer {
    /** Of methods that answer so. */
    static final MethodDescriptor.Marshaller<EncodedAnswer> MARSHALLER = new Marshaller();

    private final byte[] bytes;

    /**
     * Encoded messages in a field.
     *
     * @param number the field's number in the answer
     */
    record Field(int number, List<ByteString> messages) {
        private int size() {
            int size = 0;
            for (ByteString message : messages) {
                size += CodedOutputStream.computeBytesSize(number, message);
            }
            return size;
        }

        private void writeTo(CodedOutputStream output) throws IOException {
            for (ByteString message : messages) {
                output.writeBytes(number, message);
            }
        }
    }

    private EncodedAnswer(byte[] bytes) {
        this.bytes = bytes;
    }

    /** An answer with the fields that a message has, and with these. */
    static EncodedAnswer of(MessageLite others, Field... fields) {
        int size = others.getSerializedSize();
        for (Field field : fields) {
            size += field.size();
        }
        byte[] bytes = new byte[size];
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        try {
            others.writeTo(output);
            for (Field field : fields) {
                field.writeTo(output);
            }
            output.checkNoSpaceLeft();
        } catch (IOException impossible) {
            throw new UncheckedIOException("encoding an answer of " + size + " bytes", impossible);
        }
        return new EncodedAnswer(bytes);
    }

    private static final class Marshaller implements MethodDescriptor.Marshaller<EncodedAnswer> {
        @Override
        public InputStream stream(EncodedAnswer answer) {
            return new Stream(answer.bytes);
        }

        @Override
        public EncodedAnswer parse(InputStream stream) {
            try {
                return new EncodedAnswer(stream.readAllBytes());
            } catch (IOException failure) {
                throw new UncheckedIOException("reading an answer", failure);
            }
        }
    }

    /** Copied to gRPC's buffer at once, not by pieces. */
    private static final class Stream extends ByteArrayInputStream implements Drainable {
        Stream(byte[] bytes) {
            super(bytes);
        }

        @Override
        public int drainTo(OutputStream target) throws IOException {
            return (int) transferTo(target);
        }
    }
}
