package io.berth.kernel.shim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The I/O of all shims: one thread, {@code shim-io}, that reads every connection, and a few, {@code shim-events-N},
 * that tell the listeners. One per daemon.
 */
public final class ShimLoop implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(ShimLoop.class);

    /** Connections at one time; each has at most one task in the event threads' queue. */
    private static final int CONNECTION_LIMIT = 4096;

    private static final String STOPPING = "the daemon is stopping";
    private static final int EVENT_THREADS = 4;
    private static final int READ_SIZE = 64 * 1024;
    private static final long IDLE_SECONDS = 10;
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final Selector selector;
    private final Thread thread;
    private final ThreadPoolExecutor eventThreads;
    private final Set<ShimConnection> connections = ConcurrentHashMap.newKeySet();
    // Bounded by the connections: each is added once to the first, and to the second when its socket is full.
    private final ConcurrentLinkedQueue<ShimConnection> arriving = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<ShimConnection> writing = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocate(READ_SIZE);
    private final CallDeadlines deadlines = new CallDeadlines();
    private volatile boolean closing;

    private ShimLoop() throws IOException {
        selector = Selector.open();
        eventThreads = new ThreadPoolExecutor(
                EVENT_THREADS,
                EVENT_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(2 * CONNECTION_LIMIT),
                Thread.ofPlatform().daemon().name("shim-events-", 1).factory());
        eventThreads.allowCoreThreadTimeOut(true);
        thread = Thread.ofPlatform().daemon().name("shim-io").unstarted(this::run);
    }

    /** Starts the I/O thread; the event threads start with the first event and end when there are none. */
    public static ShimLoop start() {
        try {
            ShimLoop loop = new ShimLoop();
            loop.thread.start();
            return loop;
        } catch (IOException failure) {
            throw new UncheckedIOException("open a selector for the shims", failure);
        }
    }

    /** Ends all connections (the shims live on) and the threads. Waits for events under way, five seconds at most. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join(CLOSE_TIMEOUT);
            eventThreads.shutdown();
            if (!eventThreads.awaitTermination(CLOSE_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
                LOGGER.warn("Events of shims are still being handled after {}", CLOSE_TIMEOUT);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins to read a connected channel, and owns it from here on. */
    ShimConnection add(String name, SocketChannel channel, ShimEvents listener) {
        ShimConnection connection = new ShimConnection(name, channel, this, listener, eventThreads);
        boolean room = connections.size() < CONNECTION_LIMIT;
        connections.add(connection);
        if (!room) {
            connection.end("more than " + CONNECTION_LIMIT + " shims");
        } else if (closing) {
            // Checked after the connection was added: either this thread or the I/O thread sees the other.
            connection.end(STOPPING);
        } else {
            arriving.add(connection);
            selector.wakeup();
        }
        return connection;
    }

    /** Has the I/O thread write what waits, as the socket takes it. */
    void wantWrites(ShimConnection connection) {
        writing.add(connection);
        selector.wakeup();
    }

    void forget(ShimConnection connection) {
        connections.remove(connection);
    }

    CallDeadlines deadlines() {
        return deadlines;
    }

    /** Has the I/O thread end the calls that are late at that time. */
    void expireAt(long time) {
        if (deadlines.lookBy(time)) {
            selector.wakeup();
        }
    }

    private void run() {
        try {
            while (!closing) {
                selector.select(this::serve, deadlines.sleepMilliseconds());
                registerAll();
                if (deadlines.beginLook()) {
                    connections.forEach(ShimConnection::expire);
                }
            }
        } catch (IOException | RuntimeException failure) {
            LOGGER.error("The shims' I/O thread failed", failure);
        } finally {
            closing = true;
            connections.forEach(connection -> connection.end(STOPPING));
            try {
                selector.close();
            } catch (IOException failure) {
                LOGGER.debug("closing the selector: {}", failure.getMessage());
            }
        }
    }

    private void registerAll() {
        for (ShimConnection connection = arriving.poll(); connection != null; connection = arriving.poll()) {
            try {
                connection.channel().register(selector, SelectionKey.OP_READ, connection);
            } catch (ClosedChannelException closed) {
                connection.end(closed);
            }
        }
        for (ShimConnection connection = writing.poll(); connection != null; connection = writing.poll()) {
            SelectionKey key = connection.channel().keyFor(selector);
            if (key != null && key.isValid()) {
                key.interestOpsOr(SelectionKey.OP_WRITE);
            }
        }
    }

    private void serve(SelectionKey key) {
        ShimConnection connection = (ShimConnection) key.attachment();
        try {
            if (key.isWritable() && !connection.flush()) {
                key.interestOpsAnd(~SelectionKey.OP_WRITE);
            }
            if (key.isReadable()) {
                connection.receive(buffer);
            }
        } catch (IOException | FrameException failure) {
            connection.end(failure);
        } catch (CancelledKeyException ended) {
            connection.end("the connection was closed");
        } catch (RuntimeException mistake) {
            // One connection's trouble must not end the thread that serves all of them.
            LOGGER.error("A shim's connection failed", mistake);
            connection.end(mistake);
        }
    }
}
