package io.berth.core.nri.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.berth.proto.ttrpc.Request;
import io.berth.proto.ttrpc.Response;
import io.berth.proto.ttrpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one plugin: calls to it, and requests from it. Any thread may call; reading is the I/O thread's.
 * What waits to be written is bounded: a plugin that does not read is cut off.
 */
public final class PluginConnection {
    private static final Logger LOGGER = LoggerFactory.getLogger(PluginConnection.class);
    private static final String PLUGIN_SERVICE = "nri.pkg.api.v1alpha1.Plugin";
    private static final int UNSENT_LIMIT = 16 * 1024 * 1024;

    private final SocketChannel channel;
    private final PluginLoop loop;
    private final ConnectionListener listener;
    private final FrameReader trunk = FrameReader.multiplexed();
    private final FrameReader answers = FrameReader.messages();
    private final FrameReader requests = FrameReader.messages();
    private final Map<Integer, CompletableFuture<Response>> calls = new ConcurrentHashMap<>();
    private final AtomicInteger streams = new AtomicInteger(1);
    private final Queue<ByteBuffer> unsent = new ArrayDeque<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private int unsentBytes;
    private volatile long registrationDeadline;

    PluginConnection(SocketChannel channel, PluginLoop loop, ConnectionListener listener, long registrationDeadline) {
        this.channel = channel;
        this.loop = loop;
        this.listener = listener;
        this.registrationDeadline = registrationDeadline;
    }

    /**
     * Calls the plugin and waits for its answer.
     *
     * @param timeout after which the plugin is taken to be unavailable; the connection is the caller's to end
     * @return the serialized result
     * @throws PluginError when it answers with an error, or the request is longer than the protocol allows
     * @throws PluginUnavailable when it does not answer
     */
    public ByteString call(String method, MessageLite argument, Duration timeout) {
        byte[] request = Request.newBuilder()
                .setService(PLUGIN_SERVICE)
                .setMethod(method)
                .setPayload(argument.toByteString())
                .setTimeoutNano(timeout.toNanos())
                .build()
                .toByteArray();
        if (request.length > Wire.MESSAGE_LIMIT) {
            throw new PluginError(
                    PluginError.RESOURCE_EXHAUSTED,
                    "a request of " + request.length + " bytes, the protocol's limit is " + Wire.MESSAGE_LIMIT);
        }
        int stream = streams.getAndAdd(2);
        CompletableFuture<Response> answer = new CompletableFuture<>();
        calls.put(stream, answer);
        try {
            if (ended.get()) {
                throw new PluginUnavailable("its connection is closed");
            }
            send(Wire.message(Wire.PLUGIN_SERVICE, stream, Wire.REQUEST, request));
            Response response = answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (response.getStatus().getCode() != 0) {
                throw new PluginError(
                        response.getStatus().getCode(), response.getStatus().getMessage());
            }
            return response.getPayload();
        } catch (TimeoutException late) {
            throw new PluginUnavailable("no answer to " + method + " within " + timeout.toMillis() + " ms");
        } catch (ExecutionException broken) {
            throw new PluginUnavailable("its connection ended during " + method + ": "
                    + String.valueOf(
                            broken.getCause() == null
                                    ? broken
                                    : broken.getCause().getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PluginUnavailable("interrupted during " + method);
        } finally {
            calls.remove(stream);
        }
    }

    /** Answers a request of the plugin's. */
    public void reply(int stream, MessageLite result) {
        respond(stream, Response.newBuilder().setPayload(result.toByteString()).build());
    }

    /** Answers a request of the plugin's with an error. */
    public void refuse(int stream, int code, String message) {
        respond(
                stream,
                Response.newBuilder()
                        .setStatus(Status.newBuilder().setCode(code).setMessage(message))
                        .build());
    }

    private void respond(int stream, Response response) {
        send(Wire.message(Wire.RUNTIME_SERVICE, stream, Wire.RESPONSE, response.toByteArray()));
    }

    /** The plugin has said who it is: the wait for that ends. */
    public void registered() {
        registrationDeadline = Long.MAX_VALUE;
    }

    long registrationDeadline() {
        return registrationDeadline;
    }

    private void send(ByteBuffer message) {
        boolean full;
        synchronized (unsent) {
            full = unsentBytes + message.remaining() > UNSENT_LIMIT;
            if (!full) {
                unsentBytes += message.remaining();
                unsent.add(message);
            }
        }
        if (full) {
            end("it does not read: more than " + UNSENT_LIMIT + " bytes wait for it");
        } else {
            loop.wantWrites(this);
        }
    }

    /** Writes what the socket takes; true when something is left. On the I/O thread. */
    boolean flush() throws IOException {
        synchronized (unsent) {
            ByteBuffer next = unsent.peek();
            while (next != null) {
                unsentBytes -= channel.write(next);
                if (next.hasRemaining()) {
                    return true;
                }
                unsent.remove();
                next = unsent.peek();
            }
            return false;
        }
    }

    /** Reads what is there. On the I/O thread. */
    void receive(ByteBuffer buffer) throws IOException, WireException {
        buffer.clear();
        int length = channel.read(buffer);
        if (length < 0) {
            end("closed by the plugin");
            return;
        }
        buffer.flip();
        for (var frame = trunk.next(buffer); frame != null; frame = trunk.next(buffer)) {
            switch (frame.header().getInt(0)) {
                case Wire.PLUGIN_SERVICE -> answers(frame.payload());
                case Wire.RUNTIME_SERVICE -> requests(frame.payload());
                default -> LOGGER.debug("A frame for a connection that nobody has opened: {}", frame.header());
            }
        }
    }

    private void answers(ByteBuffer bytes) throws WireException {
        for (var frame = answers.next(bytes); frame != null; frame = answers.next(bytes)) {
            expect(Wire.RESPONSE, frame);
            try {
                Response response = Response.parseFrom(frame.payload());
                CompletableFuture<Response> call = calls.remove(frame.header().getInt(4));
                if (call != null) {
                    call.complete(response);
                }
            } catch (InvalidProtocolBufferException malformed) {
                throw new WireException("an answer that is none: " + malformed.getMessage());
            }
        }
    }

    private void requests(ByteBuffer bytes) throws WireException {
        for (var frame = requests.next(bytes); frame != null; frame = requests.next(bytes)) {
            expect(Wire.REQUEST, frame);
            try {
                listener.requested(this, frame.header().getInt(4), Request.parseFrom(frame.payload()));
            } catch (InvalidProtocolBufferException malformed) {
                throw new WireException("a request that is none: " + malformed.getMessage());
            }
        }
    }

    private static void expect(byte type, FrameReader.Frame frame) throws WireException {
        if (frame.header().get(8) != type) {
            throw new WireException("a ttrpc message of type " + frame.header().get(8) + ", expected " + type);
        }
    }

    SocketChannel channel() {
        return channel;
    }

    /** Whether it is over. */
    public boolean isEnded() {
        return ended.get();
    }

    /** Ends the connection; calls that wait fail. Idempotent. */
    public void end(String reason) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        loop.forget(this);
        try {
            channel.close();
        } catch (IOException failure) {
            LOGGER.debug("closing a plugin's socket: {}", failure.getMessage());
        }
        // The key is only gone, and with it the descriptor, when the selector has looked again.
        loop.wakeup();
        calls.values().forEach(call -> call.completeExceptionally(new IOException(reason)));
        listener.ended(this, reason);
    }
}
