package io.berth.server.daemon;

import io.berth.server.logging.Logging;
import io.grpc.BindableService;
import io.grpc.HandlerRegistry;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * gRPC on a unix socket: two event loops, calls begin on them. What can be made ready beforehand is, on a thread of its
 * own, while the rest of the daemon opens.
 */
final class CriServer implements AutoCloseable {
    /** What the kubelet and crictl allow for messages too. */
    static final int LARGEST_MESSAGE = 16 << 20;

    private static final int EVENT_LOOPS = 2;

    /** A caller's calls at the same time, before it must wait for one to end. */
    private static final int CALLS_PER_CONNECTION = 4096;

    private final Path socket;
    private final FutureTask<NettyServerBuilder> preparation = new FutureTask<>(this::prepare);
    private volatile @Nullable EventLoopGroup group;
    private volatile @Nullable Server server;

    private CriServer(Path socket) {
        this.socket = socket;
    }

    /** Begins to make a server ready that will listen on this path. */
    static CriServer prepare(Path socket) {
        CriServer server = new CriServer(socket);
        Thread thread = new Thread(server.preparation, "grpc-preparation");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    private NettyServerBuilder prepare() {
        Logging.takeOverJavaLogging();
        EventLoopGroup made = new MultiThreadIoEventLoopGroup(
                EVENT_LOOPS, new DefaultThreadFactory("grpc-io", true), EpollIoHandler.newFactory());
        group = made;
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(made)
                .workerEventLoopGroup(made)
                .directExecutor()
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        return builder;
    }

    /**
     * Listens.
     *
     * @param late asked for methods that no service has
     */
    void start(
            List<BindableService> services,
            HandlerRegistry late,
            List<ServerInterceptor> interceptors,
            List<ServerStreamTracer.Factory> tracers)
            throws IOException {
        NettyServerBuilder builder = prepared();
        interceptors.forEach(builder::intercept);
        tracers.forEach(builder::addStreamTracerFactory);
        services.forEach(builder::addService);
        builder.fallbackHandlerRegistry(late);
        server = builder.build().start();
    }

    private NettyServerBuilder prepared() throws IOException {
        try {
            return preparation.get();
        } catch (ExecutionException e) {
            throw new IOException("preparing gRPC", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Takes no new calls, and waits for those that were taken; false when some are left. */
    boolean drain(long milliseconds) throws InterruptedException {
        Server started = server;
        return started == null || started.shutdown().awaitTermination(milliseconds, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        preparation.cancel(false);
        Server started = server;
        if (started != null) {
            started.shutdownNow();
        }
        EventLoopGroup made = group;
        if (made != null) {
            made.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
    }
}
