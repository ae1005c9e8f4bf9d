package io.berth.e2e.daemon;

import io.berth.proto.cri.v1.ImageServiceGrpc;
import io.berth.proto.cri.v1.ImageServiceGrpc.ImageServiceBlockingStub;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.PodSandbox;
import io.berth.proto.cri.v1.RemovePodSandboxRequest;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.proto.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.berth.proto.cri.v1.StopPodSandboxRequest;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The CRI over a unix socket. The channel connects at the first call and again after the daemon was away; each call has
 * a deadline.
 */
public final class CriClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final int MAX_MESSAGE_BYTES = 64 << 20;

    private final EventLoopGroup eventLoop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final ManagedChannel connection;
    private final @Nullable DrivenConnection driven;
    private final Channel channel;

    /**
     * A client that is not connected yet.
     *
     * @param socket the daemon's socket; it need not be there yet
     */
    public CriClient(Path socket) {
        this(socket, null);
    }

    private CriClient(Path socket, @Nullable DrivenConnection driven) {
        this.connection = connect(socket, eventLoop);
        this.driven = driven;
        this.channel = driven == null ? connection : ClientInterceptors.intercept(connection, driven);
    }

    /**
     * A client for measuring: calls of the thread that makes it, and closes it, cost little beside the daemon's part,
     * as that thread does all the work of a connection of its own. All other threads share another connection.
     *
     * @param socket the daemon's socket; it need not be there yet
     */
    public static CriClient drivenByThisThread(Path socket) {
        return new CriClient(socket, new DrivenConnection(loop -> connect(socket, loop)));
    }

    private static ManagedChannel connect(Path socket, EventLoopGroup eventLoop) {
        return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .eventLoopGroup(eventLoop)
                .channelType(EpollDomainSocketChannel.class)
                .overrideAuthority("localhost")
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .directExecutor()
                .usePlaintext()
                .build();
    }

    /** Pods and containers. */
    public RuntimeServiceBlockingStub runtime() {
        return RuntimeServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Images. */
    public ImageServiceBlockingStub images() {
        return ImageServiceGrpc.newBlockingStub(channel).withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Stops and removes all pods; returns how many there were. */
    public int removePods() {
        List<PodSandbox> pods = runtime()
                .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                .getItemsList();
        for (PodSandbox pod : pods) {
            runtime()
                    .stopPodSandbox(StopPodSandboxRequest.newBuilder()
                            .setPodSandboxId(pod.getId())
                            .build());
            runtime()
                    .removePodSandbox(RemovePodSandboxRequest.newBuilder()
                            .setPodSandboxId(pod.getId())
                            .build());
        }
        return pods.size();
    }

    /** Forgets a failed connection's waiting time: the next call tries at once. */
    public void reconnect() {
        connection.resetConnectBackoff();
        if (driven != null) {
            driven.reconnect();
        }
    }

    @Override
    public void close() {
        if (driven != null) {
            driven.close();
        }
        connection.shutdownNow();
        eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
