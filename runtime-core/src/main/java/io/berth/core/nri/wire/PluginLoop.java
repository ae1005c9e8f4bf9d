package io.berth.core.nri.wire;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The I/O of all plugins: one thread, {@code nri-io}, that accepts, reads and writes. One per daemon. */
public final class PluginLoop implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(PluginLoop.class);
    private static final int CONNECTION_LIMIT = 64;
    private static final int READ_SIZE = 64 * 1024;
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Selector selector;
    private final Thread thread;
    private final Duration registrationTimeout;
    private final Set<PluginConnection> connections = ConcurrentHashMap.newKeySet();
    // Bounded by the connections: each is added once to the first, and to the second by each of its few callers.
    private final ConcurrentLinkedQueue<PluginConnection> arriving = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<PluginConnection> writing = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_SIZE);
    private @Nullable ServerSocketChannel server;
    private volatile boolean closing;

    /**
     * Opens the loop; nothing runs before {@link #start}.
     *
     * @param registrationTimeout within which a new connection must have said {@link PluginConnection#registered}
     */
    public PluginLoop(Duration registrationTimeout) throws IOException {
        this.registrationTimeout = registrationTimeout;
        selector = Selector.open();
        thread = Thread.ofPlatform().daemon().name("nri-io").unstarted(this::run);
    }

    /** Listens on a path that is free; before {@link #start}. Each connection gets a listener of its own. */
    public void listen(Path socket, Supplier<ConnectionListener> listeners) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server = listening;
        listening.bind(UnixDomainSocketAddress.of(socket), CONNECTION_LIMIT);
        listening.configureBlocking(false);
        listening.register(selector, SelectionKey.OP_ACCEPT, listeners);
    }

    public void start() {
        thread.start();
    }

    /** Takes over a connected channel and begins to read it. */
    public PluginConnection add(SocketChannel channel, ConnectionListener listener) throws IOException {
        channel.configureBlocking(false);
        PluginConnection connection =
                new PluginConnection(channel, this, listener, System.nanoTime() + registrationTimeout.toNanos());
        boolean room = connections.size() < CONNECTION_LIMIT;
        connections.add(connection);
        if (!room) {
            connection.end("more than " + CONNECTION_LIMIT + " plugins");
        } else if (closing) {
            connection.end("the daemon is stopping");
        } else {
            arriving.add(connection);
            selector.wakeup();
        }
        return connection;
    }

    void wantWrites(PluginConnection connection) {
        writing.add(connection);
        selector.wakeup();
    }

    void forget(PluginConnection connection) {
        connections.remove(connection);
    }

    void wakeup() {
        selector.wakeup();
    }

    /** Ends the listening, all connections and the thread. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            if (!thread.join(CLOSE_TIMEOUT)) {
                LOGGER.warn("The plugins' I/O thread still runs after {}", CLOSE_TIMEOUT);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing) {
                selector.select(this::serve, untilNextDeadline());
                registerAll();
                endTheSilent();
            }
        } catch (IOException | RuntimeException failure) {
            LOGGER.error("The plugins' I/O thread failed: there are no NRI plugins from here on", failure);
        } finally {
            closing = true;
            connections.forEach(connection -> connection.end("the daemon is stopping"));
            closeQuietly(server);
            closeQuietly(selector);
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable part) {
        try {
            if (part != null) {
                part.close();
            }
        } catch (Exception failure) {
            LOGGER.debug("closing {}: {}", part, failure.getMessage());
        }
    }

    /** Milliseconds until a connection must have registered; 0, for ever, when none has to. */
    private long untilNextDeadline() {
        long now = System.nanoTime();
        long least = Long.MAX_VALUE;
        for (PluginConnection connection : connections) {
            if (connection.registrationDeadline() != Long.MAX_VALUE) {
                least = Math.min(least, connection.registrationDeadline() - now);
            }
        }
        return least == Long.MAX_VALUE ? 0 : Math.max(1, least / 1_000_000 + 1);
    }

    private void endTheSilent() {
        long now = System.nanoTime();
        for (PluginConnection connection : connections) {
            if (connection.registrationDeadline() != Long.MAX_VALUE && connection.registrationDeadline() - now <= 0) {
                connection.end("it did not register within " + registrationTimeout.toMillis() + " ms");
            }
        }
    }

    private void registerAll() {
        for (PluginConnection connection = arriving.poll(); connection != null; connection = arriving.poll()) {
            try {
                connection.channel().register(selector, SelectionKey.OP_READ, connection);
            } catch (ClosedChannelException closed) {
                connection.end("closed");
            }
        }
        for (PluginConnection connection = writing.poll(); connection != null; connection = writing.poll()) {
            SelectionKey key = connection.channel().keyFor(selector);
            if (key != null && key.isValid()) {
                flush(connection, key);
            }
        }
    }

    private static void flush(PluginConnection connection, SelectionKey key) {
        try {
            if (connection.flush()) {
                key.interestOpsOr(SelectionKey.OP_WRITE);
            } else {
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
        } catch (IOException | CancelledKeyException failure) {
            connection.end(String.valueOf(failure.getMessage()));
        }
    }

    @SuppressWarnings("unchecked")
    private void serve(SelectionKey key) {
        if (!(key.attachment() instanceof PluginConnection connection)) {
            accept((Supplier<ConnectionListener>) key.attachment());
            return;
        }
        try {
            if (key.isWritable()) {
                flush(connection, key);
            }
            if (key.isReadable()) {
                connection.receive(buffer);
            }
        } catch (IOException | WireException failure) {
            connection.end(String.valueOf(failure.getMessage()));
        } catch (CancelledKeyException ended) {
            connection.end("closed");
        } catch (RuntimeException mistake) {
            // One plugin's trouble must not end the thread that serves all of them.
            LOGGER.error("A plugin's connection failed", mistake);
            connection.end(mistake.toString());
        }
    }

    private void accept(Supplier<ConnectionListener> listeners) {
        try {
            SocketChannel channel = server == null ? null : server.accept();
            if (channel != null) {
                add(channel, listeners.get());
            }
        } catch (IOException failure) {
            LOGGER.warn("A plugin's connection cannot be accepted: {}", failure.getMessage());
            // It stays to be accepted: without a pause this would be said without end.
            LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
        }
    }
}
