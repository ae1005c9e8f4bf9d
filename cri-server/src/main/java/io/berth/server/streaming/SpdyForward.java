package io.berth.server.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Port-forward over SPDY: for each connection of its own the client opens a stream for data and one for errors, which
 * name the port and belong together by their request's name.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class SpdyForward extends SpdyHandler {
    private static final int LARGEST_PORT = 65_535;

    private final Services services;
    private final String sandboxId;
    private final Map<String, Pair> pairs = new HashMap<>();
    private final Map<Integer, Pair> byStream = new HashMap<>();
    private final Set<ForwardedConnection> holdingBack = new HashSet<>();

    SpdyForward(Services services, String sandboxId) {
        this.services = services;
        this.sandboxId = sandboxId;
    }

    @Override
    boolean opened(int stream, Map<String, String> headers) {
        String type = headers.getOrDefault("streamtype", "");
        boolean isError = type.equals("error");
        int port = port(headers.getOrDefault("port", ""));
        boolean isKnown = isError || type.equals("data");
        if (port == 0 || !isKnown) {
            return false;
        }
        // Old clients name no request: they open the stream for data right after the one for errors.
        String request = headers.getOrDefault("requestid", Integer.toString(isError ? stream : stream - 2));
        Pair pair = pairs.computeIfAbsent(request, name -> new Pair(name, port));
        if (!pair.add(stream, isError, port)) {
            return false;
        }
        byStream.put(stream, pair);
        return true;
    }

    /** The port that a text names; 0 for one that there is not. */
    static int port(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            return port < 1 || port > LARGEST_PORT ? 0 : port;
        } catch (NumberFormatException wrong) {
            return 0;
        }
    }

    @Override
    void received(int stream, ByteBuf data) {
        Pair pair = byStream.get(stream);
        if (pair == null || stream != pair.dataStream) {
            data.release();
        } else {
            pair.connection.send(data);
        }
    }

    @Override
    void inputEnded(int stream) {
        Pair pair = byStream.get(stream);
        if (pair != null && stream == pair.dataStream) {
            pair.connection.endInput();
            if (pair.outputEnded) {
                pair.forget();
            }
        }
    }

    @Override
    void reset(int stream) {
        Pair pair = byStream.get(stream);
        if (pair != null && stream == pair.dataStream) {
            // The client is done with it, and waits for the end of the stream for errors.
            pair.over();
        }
    }

    @Override
    void gone() {
        Set.copyOf(pairs.values()).forEach(Pair::forget);
    }

    @Override
    void writabilityChanged() {
        boolean accepts = connection().isWritable();
        pairs.values().forEach(pair -> pair.connection.acceptOutput(accepts));
    }

    /** One forwarded connection. */
    private final class Pair implements ForwardedConnection.Peer {
        private final String request;
        private final int port;
        private final ForwardedConnection connection;
        private final Future<?> deadline;
        private int dataStream;
        private int errorStream;
        private boolean outputEnded;

        Pair(String request, int port) {
            this.request = request;
            this.port = port;
            this.connection = new ForwardedConnection(connection().eventLoop(), this);
            this.deadline = connection()
                    .eventLoop()
                    .schedule(
                            () -> failed("the client opened only one of the two streams"),
                            services.config().creationTimeout().toMillis(),
                            TimeUnit.MILLISECONDS);
        }

        boolean add(int stream, boolean isError, int itsPort) {
            if (itsPort != port || (isError ? errorStream : dataStream) != 0) {
                return false;
            }
            if (isError) {
                errorStream = stream;
            } else {
                dataStream = stream;
            }
            if (errorStream != 0 && dataStream != 0) {
                deadline.cancel(false);
                connection.start(services, sandboxId, port);
            }
            return true;
        }

        @Override
        public void received(ByteBuf data) {
            send(dataStream, data);
        }

        @Override
        public void flush() {
            connection().flush();
        }

        @Override
        public void ended() {
            if (!outputEnded) {
                outputEnded = true;
                finish(dataStream);
                finish(errorStream);
                connection().flush();
            }
        }

        @Override
        public void failed(String message) {
            if (errorStream != 0) {
                String text = "error forwarding port " + port + " to pod " + sandboxId + ": " + message;
                send(errorStream, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
            }
            over();
            if (dataStream != 0) {
                refuse(dataStream, SpdyStreamStatus.CANCEL);
            }
        }

        @Override
        public void acceptInput(ForwardedConnection from, boolean accepts) {
            if (accepts) {
                holdingBack.remove(from);
            } else {
                holdingBack.add(from);
            }
            connection().config().setAutoRead(holdingBack.isEmpty());
        }

        /** Ends both streams and the connection. */
        void over() {
            finish(errorStream);
            finish(dataStream);
            connection().flush();
            forget();
        }

        void forget() {
            deadline.cancel(false);
            connection.close();
            if (holdingBack.remove(connection)) {
                connection().config().setAutoRead(holdingBack.isEmpty());
            }
            pairs.remove(request, this);
            byStream.remove(dataStream, this);
            byStream.remove(errorStream, this);
        }
    }
}
