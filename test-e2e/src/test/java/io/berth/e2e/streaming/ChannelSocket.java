package io.berth.e2e.streaming;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Kubernetes' channels over the JDK's WebSocket: each message's first byte is its channel. */
final class ChannelSocket implements WebSocket.Listener, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final boolean reads;
    private final Map<Integer, ByteArrayOutputStream> received = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private @Nullable WebSocket socket;

    private ChannelSocket(boolean reads) {
        this.reads = reads;
    }

    /** Opens a URL of the daemon's. */
    static ChannelSocket open(HttpClient client, String url, String protocol) {
        return open(client, url, protocol, true);
    }

    /** Opens one and never reads from it. */
    static ChannelSocket stalled(HttpClient client, String url, String protocol) {
        return open(client, url, protocol, false);
    }

    private static ChannelSocket open(HttpClient client, String url, String protocol, boolean reads) {
        ChannelSocket made = new ChannelSocket(reads);
        made.socket = client.newWebSocketBuilder()
                .subprotocols(protocol)
                .connectTimeout(PATIENCE)
                .buildAsync(URI.create(url.replaceFirst("^http", "ws")), made)
                .join();
        return made;
    }

    private WebSocket socket() {
        if (socket == null) {
            throw new IllegalStateException("not open");
        }
        return socket;
    }

    void send(int channel, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer data = ByteBuffer.allocate(bytes.length + 1)
                .put((byte) channel)
                .put(bytes)
                .flip();
        socket().sendBinary(data, true).join();
    }

    /** Version 5's way to end a channel. */
    void end(int channel) {
        socket().sendBinary(ByteBuffer.wrap(new byte[] {(byte) 255, (byte) channel}), true)
                .join();
    }

    /** What came on a channel until now. */
    byte[] received(int channel) {
        ByteArrayOutputStream bytes = received.get(channel);
        return bytes == null ? new byte[0] : bytes.toByteArray();
    }

    String text(int channel) {
        return new String(received(channel), StandardCharsets.UTF_8);
    }

    /** Waits for the server to close it; returns "1000" when it did so properly. */
    String awaitClose() {
        return closed.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Override
    public void onOpen(WebSocket opened) {
        if (reads) {
            opened.request(1);
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        message.writeBytes(bytes);
        if (last) {
            byte[] whole = message.toByteArray();
            message.reset();
            if (whole.length > 0) {
                ByteArrayOutputStream channel =
                        received.computeIfAbsent((int) whole[0], _ -> new ByteArrayOutputStream());
                channel.write(whole, 1, whole.length - 1);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(Integer.toString(status));
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        closed.complete(String.valueOf(failure));
    }

    /** Breaks it off. */
    @Override
    public void close() {
        socket().abort();
    }
}
