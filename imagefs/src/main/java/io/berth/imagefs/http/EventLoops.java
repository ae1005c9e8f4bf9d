package io.berth.imagefs.http;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The threads of all connections and the memory that they read into: there while there are connections. Any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // their listeners are told, or nobody needs to be
final class EventLoops implements AutoCloseable {
    private static final int MOST_THREADS = 2;
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final int PAGE = 8192;
    /** Chunks of 4 MiB. */
    private static final int CHUNK_ORDER = 9;

    private final Runnable housekeeping;
    private final Duration pause;
    private @Nullable Running running;
    private int uses;
    private boolean closed;

    /**
     * Starts nothing yet.
     *
     * @param housekeeping called now and then while the threads are there
     * @param pause between two times of that; threads that have nothing to do end then
     */
    EventLoops(Runnable housekeeping, Duration pause) {
        this.housekeeping = housekeeping;
        this.pause = pause;
    }

    private record Running(MultiThreadIoEventLoopGroup group, PooledByteBufAllocator memory, ChannelGroup channels) {}

    /** Keeps the threads from ending while a connection is made. */
    final class Use implements AutoCloseable {
        private final Running loops;

        private Use(Running loops) {
            this.loops = loops;
        }

        MultiThreadIoEventLoopGroup group() {
            return loops.group();
        }

        PooledByteBufAllocator memory() {
            return loops.memory();
        }

        Class<? extends SocketChannel> channelType() {
            return Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
        }

        /** Has the threads stay as long as this channel is open. */
        void add(Channel channel) {
            loops.channels().add(channel);
        }

        @Override
        public void close() {
            synchronized (EventLoops.this) {
                uses--;
            }
        }
    }

    /** The threads, started where they are not there. */
    synchronized Use use() {
        if (closed) {
            throw new IllegalStateException("the connections are closed");
        }
        Running loops = running;
        if (loops == null) {
            loops = start();
            running = loops;
        }
        uses++;
        return new Use(loops);
    }

    private Running start() {
        MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
                Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()),
                new DefaultThreadFactory("registry-io", true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        PooledByteBufAllocator memory = new PooledByteBufAllocator(true, 0, 1, PAGE, CHUNK_ORDER, 0, 0, false);
        Running started = new Running(group, memory, new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE));
        group.scheduleWithFixedDelay(
                () -> {
                    housekeeping.run();
                    endIfIdle(started);
                },
                pause.toMillis(),
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
        return started;
    }

    private void endIfIdle(Running loops) {
        synchronized (this) {
            if (uses > 0 || !loops.channels().isEmpty() || !loops.equals(running)) {
                return;
            }
            running = null;
        }
        // Netty lets go of what they read into, some megabytes outside of the heap, when the collector finds it unused.
        loops.group()
                .shutdownGracefully(0, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                .addListener(ended -> Runtime.getRuntime().gc());
    }

    @Override
    public void close() {
        Running loops;
        synchronized (this) {
            closed = true;
            loops = running;
            running = null;
        }
        if (loops != null) {
            loops.channels().close();
            loops.group()
                    .shutdownGracefully(0, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                    .awaitUninterruptibly(LAST_WORDS.toMillis());
        }
    }
}
