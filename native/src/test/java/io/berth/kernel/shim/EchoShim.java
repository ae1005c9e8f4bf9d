package io.berth.kernel.shim;

import io.berth.proto.shim.v1.ContainerExited;
import io.berth.proto.shim.v1.Done;
import io.berth.proto.shim.v1.ExitRecord;
import io.berth.proto.shim.v1.HelloReply;
import io.berth.proto.shim.v1.Reply;
import io.berth.proto.shim.v1.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server that speaks the shim's protocol to one client at a time, for tests: answers as the test says. */
final class EchoShim {
    private final ServerSocketChannel server;
    private final Thread thread;
    private volatile @Nullable SocketChannel connection;

    /** Serves on {@code socket}; an empty answer is none. Hello is answered by itself. */
    EchoShim(Path socket, Function<Request, Optional<Reply.Builder>> answers) throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        thread = Thread.ofPlatform().daemon().name("echo-shim").start(() -> serve(answers));
    }

    static Reply.Builder done() {
        return Reply.newBuilder().setDone(Done.getDefaultInstance());
    }

    void sendExit(String containerId) throws IOException {
        send(Reply.newBuilder()
                .setContainerExited(ContainerExited.newBuilder()
                        .setExit(ExitRecord.newBuilder().setContainerId(containerId)))
                .build());
    }

    void send(Reply reply) throws IOException {
        sendRaw(FrameEncoder.encode(reply));
    }

    synchronized void sendRaw(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            current().write(bytes);
        }
    }

    void hangUp() throws IOException {
        current().close();
    }

    void stop() throws IOException, InterruptedException {
        server.close();
        SocketChannel open = connection;
        if (open != null) {
            open.close();
        }
        thread.join(5000);
    }

    private SocketChannel current() {
        return Objects.requireNonNull(connection, "no client has connected");
    }

    private void serve(Function<Request, Optional<Reply.Builder>> answers) {
        while (server.isOpen()) {
            try {
                SocketChannel accepted = server.accept();
                connection = accepted;
                converse(accepted, answers);
            } catch (IOException ended) {
                // The test closed one side.
            } catch (FrameException wrong) {
                throw new UncheckedIOException(new IOException(wrong));
            }
        }
    }

    private void converse(SocketChannel channel, Function<Request, Optional<Reply.Builder>> answers)
            throws IOException, FrameException {
        FrameDecoder decoder = new FrameDecoder();
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        while (channel.read(buffer.clear()) >= 0) {
            buffer.flip();
            for (ByteBuffer frame = decoder.next(buffer); frame != null; frame = decoder.next(buffer)) {
                Request request = Request.parseFrom(frame);
                Optional<Reply.Builder> answer = request.hasHello()
                        ? Optional.of(Reply.newBuilder()
                                .setHello(HelloReply.newBuilder().setShimPid(42).addFeatures("echo")))
                        : answers.apply(request);
                if (answer.isPresent()) {
                    send(answer.get().setId(request.getId()).build());
                }
            }
        }
    }
}
