package io.berth.server.daemon;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Calls the daemon's own socket once before it says that it is ready: the first calls load classes for a tenth of a
 * second. The few frames of HTTP/2 that it takes are written here, since a client of gRPC would cost more memory and
 * time than all else of the start.
 */
final class WarmUp {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int GO_AWAY = 7;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private WarmUp() {}

    /**
     * Calls unary methods, one after the other, with empty requests.
     *
     * @param methods {@code /SERVICE/METHOD} each
     * @throws IOException when the server does not answer all of them
     */
    static void call(Path socket, List<String> methods) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                DataOutputStream output = new DataOutputStream(Channels.newOutputStream(channel));
                DataInputStream input = new DataInputStream(Channels.newInputStream(channel))) {
            output.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
            frame(output, SETTINGS, 0, 0, new byte[0]);
            int stream = 1; // a client's streams have odd numbers
            for (String method : methods) {
                frame(output, HEADERS, END_HEADERS, stream, headers(method));
                frame(output, DATA, END_STREAM, stream, new byte[5]); // not compressed, length 0
                output.flush();
                awaitEnd(input, stream);
                stream += 2;
            }
        } catch (EOFException e) {
            throw new IOException("the server closed the connection", e);
        }
    }

    private static void awaitEnd(DataInputStream input, int stream) throws IOException {
        while (true) {
            int lengthAndType = input.readInt();
            int flags = input.readUnsignedByte();
            int its = input.readInt();
            input.skipNBytes(lengthAndType >>> 8);
            int type = lengthAndType & 0xff;
            if (type == GO_AWAY) {
                throw new IOException("the server refused the connection");
            }
            if (type == HEADERS && its == stream && (flags & END_STREAM) != 0) {
                return;
            }
        }
    }

    private static void frame(DataOutputStream output, int type, int flags, int stream, byte[] payload)
            throws IOException {
        output.writeInt(payload.length << 8 | type);
        output.writeByte(flags);
        output.writeInt(stream);
        output.write(payload);
    }

    private static byte[] headers(String method) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        header(block, ":method", "POST");
        header(block, ":scheme", "http");
        header(block, ":path", method);
        header(block, ":authority", "localhost");
        header(block, "content-type", "application/grpc");
        header(block, "te", "trailers");
        return block.toByteArray();
    }

    /** A literal field, not indexed, not Huffman coded (RFC 7541, 6.2.2); lengths here are all below 127. */
    private static void header(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        block.write(name.length());
        block.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }
}
