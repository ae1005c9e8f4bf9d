package io.berth.server.daemon;

import io.grpc.BindableService;
import io.grpc.Server;
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
import java.util.concurrent.TimeUnit;

/** gRPC on a unix socket: two event loops, calls begin on them. */
final class CriServer implements AutoCloseable {
    /** What the kubelet and crictl allow for messages too. */
    static final int LARGEST_MESSAGE = 16 << 20;

    private static final int EVENT_LOOPS = 2;

    /** A caller's calls at the same time, before it must wait for one to end. */
    private static final int CALLS_PER_CONNECTION = 4096;

    private final EventLoopGroup group;
    private final Server server;

    private CriServer(EventLoopGroup group, Server server) {
        this.group = group;
        this.server = server;
    }

    /** Listens. */
    static CriServer start(Path socket, List<BindableService> services) throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                EVENT_LOOPS, new DefaultThreadFactory("grpc-io", true), EpollIoHandler.newFactory());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(group)
                .workerEventLoopGroup(group)
                .directExecutor()
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                .permitKeepAliveTime(1, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        services.forEach(builder::addService);
        try {
            return new CriServer(group, builder.build().start());
        } catch (IOException e) {
            end(group);
            throw e;
        }
    }

    /** Takes no new calls. */
    void refuseNewCalls() {
        server.shutdown();
    }

    /** Waits for the calls that were taken; false when some are left. */
    boolean drain(long milliseconds) throws InterruptedException {
        return server.awaitTermination(milliseconds, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        server.shutdownNow();
        end(group);
    }

    private static void end(EventLoopGroup group) {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
