package io.berth.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.core.event.ContainerEvent.Kind;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxState;
import io.berth.proto.cri.v1.ContainerEventResponse;
import io.berth.proto.cri.v1.ContainerEventType;
import io.berth.proto.cri.v1.GetEventsRequest;
import io.berth.proto.cri.v1.PodSandboxConfig;
import io.berth.proto.cri.v1.PodSandboxMetadata;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.server.config.BerthConfig;
import io.berth.server.cri.EarlyHeaders;
import io.berth.server.cri.EventCalls;
import io.berth.server.cri.RpcExecutor;
import io.berth.server.cri.RuntimeService;
import io.berth.server.cri.mapping.SandboxMapping;
import io.berth.server.streaming.StreamingServer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.util.MutableHandlerRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** GetContainerEvents over a real socket; only what happens is made up. */
class EventStreamTest {
    private static final int MANY = 5000;

    @TempDir
    private Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private final RpcExecutor executor = new RpcExecutor(4, 0);
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Sandbox sandbox = new Sandbox(
            "s",
            SandboxMapping.toCore(
                    PodSandboxConfig.newBuilder()
                            .setMetadata(PodSandboxMetadata.newBuilder()
                                    .setName("pod")
                                    .setNamespace("default")
                                    .setUid("uid"))
                            .putLabels("large", "l".repeat(2000))
                            .build(),
                    "config"),
            "",
            SandboxState.READY,
            1,
            List.of(),
            "",
            "/berth/s",
            1);
    private CriServer server;
    private EventCalls events;
    private ManagedChannel channel;

    @BeforeEach
    void serve() throws IOException {
        Path socket = directory.resolve("berth.sock");
        server = CriServer.prepare(socket);
        RuntimeService service = new RuntimeService(
                runtime,
                new StreamingServer(BerthConfig.defaults().server().streaming(), runtime.streams()),
                Map::of,
                executor);
        events = service.events();
        server.start(List.of(service), new MutableHandlerRegistry(), List.of(new EarlyHeaders()), List.of());
        channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(group)
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
        executor.close();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private void publish(Kind kind, int number) {
        runtime.events.publish(kind, "c" + number, () -> sandbox, List::of);
    }

    /** A subscriber that takes as many messages as it asks for. */
    private final class Subscriber extends ClientCall.Listener<ContainerEventResponse> {
        final CompletableFuture<Boolean> subscribed = new CompletableFuture<>();
        final CompletableFuture<Status> end = new CompletableFuture<>();
        final List<ContainerEventResponse> received = new CopyOnWriteArrayList<>();
        final ClientCall<GetEventsRequest, ContainerEventResponse> call =
                channel.newCall(RuntimeServiceGrpc.getGetContainerEventsMethod(), CallOptions.DEFAULT);
        final boolean reads;

        Subscriber(boolean reads) {
            this.reads = reads;
            call.start(this, new Metadata());
            call.request(1);
            call.sendMessage(GetEventsRequest.getDefaultInstance());
            call.halfClose();
            assertThat(subscribed).as("headers before any event").succeedsWithin(Duration.ofSeconds(20));
        }

        @Override
        public void onHeaders(Metadata headers) {
            subscribed.complete(true);
        }

        @Override
        public void onMessage(ContainerEventResponse message) {
            received.add(message);
            if (reads) {
                call.request(1);
            }
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status);
        }

        void await(int count) throws InterruptedException {
            for (int i = 0; i < 2000 && received.size() < count; i++) {
                Thread.sleep(10);
            }
            assertThat(received).hasSizeGreaterThanOrEqualTo(count);
        }
    }

    @Test
    void everythingAfterTheSubscriptionArrivesInOrder() throws Exception {
        Subscriber first = new Subscriber(true);
        Subscriber second = new Subscriber(true);
        for (int i = 0; i < 500; i++) {
            publish(i == 499 ? Kind.DELETED : Kind.CREATED, i);
        }
        first.await(500);
        second.await(500);
        assertThat(second.received).isEqualTo(first.received);
        for (int i = 0; i < 500; i++) {
            assertThat(first.received.get(i).getContainerId()).isEqualTo("c" + i);
        }
        ContainerEventResponse last = first.received.get(499);
        assertThat(last.getContainerEventType()).isEqualTo(ContainerEventType.CONTAINER_DELETED_EVENT);
        assertThat(last.getPodSandboxStatus().getId()).isEqualTo("s");
        assertThat(last.getCreatedAt())
                .isGreaterThanOrEqualTo(first.received.getFirst().getCreatedAt());
    }

    @Test
    void aSubscriberThatDoesNotReadIsEndedAndCostsTheOthersNothing() throws Exception {
        Subscriber stuck = new Subscriber(false);
        Subscriber reader = new Subscriber(true);
        for (int i = 0; i < MANY; i++) {
            publish(Kind.STARTED, i);
            if (i % 500 == 0) {
                reader.await(i);
            }
        }
        reader.await(MANY);
        for (int i = 0; i < 1000 && events.subscribers() > 1; i++) {
            Thread.sleep(10);
        }
        assertThat(events.subscribers()).isEqualTo(1);
        // It learns of it when it reads on.
        stuck.call.request(MANY);
        assertThat(stuck.end).succeedsWithin(Duration.ofSeconds(20)).satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(status.getDescription()).contains("list the pods and subscribe again");
        });
        assertThat(stuck.received).hasSizeLessThan(MANY);
        for (int i = 0; i < stuck.received.size(); i++) {
            assertThat(stuck.received.get(i).getContainerId())
                    .as("none is missing between")
                    .isEqualTo("c" + i);
        }
    }

    @Test
    void whoLeavesIsForgotten() throws Exception {
        Subscriber subscriber = new Subscriber(true);
        assertThat(events.subscribers()).isEqualTo(1);
        subscriber.call.cancel("enough", null);
        for (int i = 0; i < 1000 && events.subscribers() > 0; i++) {
            Thread.sleep(10);
        }
        assertThat(events.subscribers()).isZero();
        publish(Kind.CREATED, 1);
    }

    @Test
    void aStopEndsTheStreams() {
        Subscriber subscriber = new Subscriber(true);
        events.close();
        assertThat(subscriber.end)
                .succeedsWithin(Duration.ofSeconds(20))
                .satisfies(status -> assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }
}
