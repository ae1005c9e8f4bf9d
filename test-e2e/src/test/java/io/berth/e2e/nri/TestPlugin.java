package io.berth.e2e.nri;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.berth.e2e.process.Waiting;
import io.berth.proto.nri.v1alpha1.ConfigureResponse;
import io.berth.proto.nri.v1alpha1.Empty;
import io.berth.proto.nri.v1alpha1.RegisterPluginRequest;
import io.berth.proto.nri.v1alpha1.SynchronizeRequest;
import io.berth.proto.nri.v1alpha1.SynchronizeResponse;
import io.berth.proto.ttrpc.Request;
import io.berth.proto.ttrpc.Response;
import io.berth.proto.ttrpc.Status;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * A plugin that does what a test tells it. It speaks the protocol with code of its own: a message is one frame here,
 * each request has a thread.
 */
final class TestPlugin implements AutoCloseable {
    static final int ALL_BUT_VALIDATION = (1 << 13) - 1;
    private static final int PLUGIN_SERVICE = 1;
    private static final int RUNTIME_SERVICE = 2;

    private final SocketChannel channel;
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<Integer, CompletableFuture<Response>> answers = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private int stream = 1;

    /** What the daemon asked. */
    record Call(String method, ByteString argument) {
        <T extends Message> T as(Parser<T> parser) {
            try {
                return parser.parseFrom(argument);
            } catch (InvalidProtocolBufferException failure) {
                throw new IllegalStateException(method, failure);
            }
        }
    }

    /** What it is told. */
    interface Handler {
        MessageLite answer(Call call) throws Exception;
    }

    private TestPlugin(SocketChannel channel) {
        this.channel = channel;
        handle(
                "Configure",
                call -> ConfigureResponse.newBuilder()
                        .setEvents(ALL_BUT_VALIDATION)
                        .build());
        handle(
                "Synchronize",
                call -> SynchronizeResponse.newBuilder()
                        .setMore(call.as(SynchronizeRequest.parser()).getMore())
                        .build());
    }

    /** Connects, and says nothing yet. */
    static TestPlugin connect(Path socket) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(socket));
            TestPlugin plugin = new TestPlugin(channel);
            Thread.ofPlatform().daemon().name("test-plugin").start(plugin::read);
            return plugin;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** How it answers a method; without a handler, with an empty message. */
    TestPlugin handle(String method, Handler handler) {
        handlers.put(method, handler);
        return this;
    }

    /** Registers, and waits until it knows what there is. */
    TestPlugin join(String index, String name) {
        register(index, name);
        await("Synchronize");
        return this;
    }

    Response register(String index, String name) {
        return call(
                "RegisterPlugin",
                RegisterPluginRequest.newBuilder()
                        .setPluginIdx(index)
                        .setPluginName(name)
                        .build());
    }

    /** Asks the daemon. */
    Response call(String method, MessageLite argument) {
        try {
            int id;
            CompletableFuture<Response> answer = new CompletableFuture<>();
            synchronized (this) {
                id = stream;
                stream += 2;
            }
            answers.put(id, answer);
            Request request = Request.newBuilder()
                    .setService("nri.pkg.api.v1alpha1.Runtime")
                    .setMethod(method)
                    .setPayload(argument.toByteString())
                    .build();
            write(RUNTIME_SERVICE, id, 1, request.toByteArray());
            return answer.get(Waiting.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception failure) {
            throw new IllegalStateException(method, failure);
        }
    }

    private void write(int connection, int id, int type, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(18 + payload.length);
        frame.putInt(connection).putInt(10 + payload.length);
        frame.putInt(payload.length)
                .putInt(id)
                .put((byte) type)
                .put((byte) 0)
                .put(payload)
                .flip();
        raw(frame);
    }

    /** Writes bytes as they are. */
    synchronized void raw(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void read() {
        try (DataInputStream trunk = new DataInputStream(Channels.newInputStream(channel))) {
            // A message is one frame or two, which are not mixed with others of the same connection.
            Map<Integer, ByteBuffer> open = new HashMap<>();
            while (true) {
                int connection = trunk.readInt();
                byte[] bytes = trunk.readNBytes(trunk.readInt());
                ByteBuffer message = open.get(connection);
                if (message == null) {
                    message = ByteBuffer.allocate(10 + ByteBuffer.wrap(bytes).getInt(0));
                    open.put(connection, message);
                }
                message.put(bytes);
                if (!message.hasRemaining()) {
                    open.remove(connection);
                    received(connection, message.flip());
                }
            }
        } catch (EOFException end) {
            closed.complete(null);
        } catch (IOException end) {
            closed.complete(null);
        }
    }

    private void received(int connection, ByteBuffer message) throws IOException {
        int id = message.getInt(4);
        message.position(10);
        if (connection == RUNTIME_SERVICE) {
            CompletableFuture<Response> answer = answers.remove(id);
            if (answer != null) {
                answer.complete(Response.parseFrom(message));
            }
            return;
        }
        Request request = Request.parseFrom(message);
        Call call = new Call(request.getMethod(), request.getPayload());
        calls.add(call);
        Thread.ofPlatform().daemon().name("test-plugin-" + call.method()).start(() -> answer(id, call));
    }

    private void answer(int id, Call call) {
        Response.Builder response = Response.newBuilder();
        try {
            Handler handler = handlers.get(call.method());
            MessageLite answer = handler == null ? Empty.getDefaultInstance() : handler.answer(call);
            response.setPayload(answer.toByteString());
        } catch (InterruptedException silent) {
            return;
        } catch (Exception refusal) {
            response.setStatus(Status.newBuilder().setCode(9).setMessage(String.valueOf(refusal.getMessage())));
        }
        try {
            write(PLUGIN_SERVICE, id, 2, response.build().toByteArray());
        } catch (IOException gone) {
            closed.complete(null);
        }
    }

    /** What the daemon asked so far. */
    List<Call> calls() {
        return calls;
    }

    List<Call> calls(String method) {
        return calls.stream().filter(call -> call.method().equals(method)).toList();
    }

    /** The methods that the daemon asked after it had told what there is. */
    List<String> story() {
        return calls.stream()
                .map(Call::method)
                .filter(method -> !method.equals("Configure") && !method.equals("Synchronize"))
                .toList();
    }

    void await(String method) {
        Waiting.until(method, () -> !calls(method).isEmpty());
    }

    /** Waits until the daemon has ended the connection. */
    void awaitClosed() {
        Waiting.until("the connection to be closed", closed::isDone);
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /** Is gone from one moment to the next. */
    void die() {
        close();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
