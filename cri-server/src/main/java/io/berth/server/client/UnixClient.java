package io.berth.server.client;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Calls a daemon's socket: its own at the start, another's for the command line. The few frames of HTTP/2 that it takes
 * are written here, since a client of gRPC would cost more time and memory than all else of the start. For one thread.
 */
public final class UnixClient implements AutoCloseable {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int GO_AWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /** A message's frame begins with a byte for compression and four for its length. */
    private static final int MESSAGE_PREFIX = 5;

    private final SocketChannel channel;
    private final DataOutputStream output;
    private final DataInputStream input;
    private int stream = -1;

    private UnixClient(SocketChannel channel) {
        this.channel = channel;
        this.output = new DataOutputStream(Channels.newOutputStream(channel));
        this.input = new DataInputStream(Channels.newInputStream(channel));
    }

    /** Connects; {@link #close} from another thread ends what waits. */
    public static UnixClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        UnixClient client = new UnixClient(channel);
        client.output.write(PREFACE.getBytes(StandardCharsets.US_ASCII));
        client.frame(SETTINGS, 0, 0, new byte[0]);
        return client;
    }

    /**
     * Calls a unary method.
     *
     * @throws IOException when there is no answer, as for a call that failed
     */
    public <Q, R> R call(MethodDescriptor<Q, R> method, Q request) throws IOException {
        stream += 2; // a client's streams have odd numbers
        frame(HEADERS, END_HEADERS, stream, headers(method.getFullMethodName()));
        frame(DATA, END_STREAM, stream, message(method.streamRequest(request)));
        output.flush();
        byte[] answer = answer();
        if (answer.length < MESSAGE_PREFIX) {
            throw new IOException(method.getFullMethodName() + " failed");
        }
        return method.parseResponse(
                new java.io.ByteArrayInputStream(answer, MESSAGE_PREFIX, answer.length - MESSAGE_PREFIX));
    }

    private byte[] answer() throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        while (true) {
            int lengthAndType;
            try {
                lengthAndType = input.readInt();
            } catch (EOFException e) {
                throw new IOException("the server closed the connection", e);
            }
            int flags = input.readUnsignedByte();
            int its = input.readInt();
            byte[] payload = input.readNBytes(lengthAndType >>> 8);
            int type = lengthAndType & 0xff;
            if (type == GO_AWAY) {
                throw new IOException("the server refused the connection");
            }
            if (type == DATA && payload.length > 0) {
                answer.writeBytes(payload);
                byte[] taken = {0, (byte) (payload.length >>> 16), (byte) (payload.length >>> 8), (byte) payload.length
                };
                frame(WINDOW_UPDATE, 0, 0, taken);
                frame(WINDOW_UPDATE, 0, its, taken);
            }
            if (type == HEADERS && its == stream && (flags & END_STREAM) != 0) {
                return answer.toByteArray();
            }
        }
    }

    private void frame(int type, int flags, int its, byte[] payload) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(9 + payload.length);
        DataOutputStream frame = new DataOutputStream(bytes);
        frame.writeInt(payload.length << 8 | type);
        frame.writeByte(flags);
        frame.writeInt(its);
        frame.write(payload);
        output.write(bytes.toByteArray());
    }

    private static byte[] message(InputStream request) throws IOException {
        try (request) {
            byte[] bytes = request.readAllBytes();
            ByteArrayOutputStream message = new ByteArrayOutputStream(MESSAGE_PREFIX + bytes.length);
            DataOutputStream data = new DataOutputStream(message);
            data.writeByte(0);
            data.writeInt(bytes.length);
            data.write(bytes);
            return message.toByteArray();
        }
    }

    private static byte[] headers(String method) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        header(block, ":method", "POST");
        header(block, ":scheme", "http");
        header(block, ":path", "/" + method);
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

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
