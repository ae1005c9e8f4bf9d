package io.berth.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxMetadata;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.security.SandboxSecurityContext;
import io.berth.proto.cri.v1.CheckpointContainerRequest;
import io.berth.proto.cri.v1.ContainerConfig;
import io.berth.proto.cri.v1.CreateContainerRequest;
import io.berth.proto.cri.v1.ExecSyncRequest;
import io.berth.proto.cri.v1.ExecSyncResponse;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.PodSandbox;
import io.berth.proto.cri.v1.PodSandboxConfig;
import io.berth.proto.cri.v1.PodSandboxMetadata;
import io.berth.proto.cri.v1.PodSandboxStatusRequest;
import io.berth.proto.cri.v1.PodSandboxStatusResponse;
import io.berth.proto.cri.v1.RunPodSandboxRequest;
import io.berth.proto.cri.v1.RuntimeConfigRequest;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.proto.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.berth.proto.cri.v1.StartContainerRequest;
import io.berth.proto.cri.v1.StatusRequest;
import io.berth.proto.cri.v1.StopContainerRequest;
import io.berth.proto.cri.v1.StopPodSandboxRequest;
import io.berth.proto.cri.v1.StreamPodSandboxesRequest;
import io.berth.proto.cri.v1.StreamPodSandboxesResponse;
import io.berth.proto.cri.v1.VersionRequest;
import io.berth.proto.cri.v1.VersionResponse;
import io.berth.server.client.UnixClient;
import io.berth.server.config.BerthConfig;
import io.berth.server.cri.RpcExecutor;
import io.berth.server.cri.RuntimeService;
import io.berth.server.streaming.StreamingServer;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real server on a real socket, over a runtime that runs nothing. */
class CriServerTest {
    @TempDir
    private Path directory;

    private final FakeRuntime runtime = new FakeRuntime();
    private final RpcExecutor executor = new RpcExecutor(2, 0);
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final StreamingServer streams =
            new StreamingServer(BerthConfig.defaults().server().streaming(), runtime.streams());
    private CriServer server;
    private ManagedChannel channel;
    private RuntimeServiceBlockingStub client;

    @BeforeEach
    void serve() throws IOException {
        Path socket = directory.resolve("berth.sock");
        server = CriServer.prepare(socket);
        server.start(
                List.of(new RuntimeService(runtime, streams, () -> Map.of("config", "{}"), executor)),
                new MutableHandlerRegistry(),
                List.of(),
                List.of());
        channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toString()))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(group)
                .maxInboundMessageSize(CriServer.LARGEST_MESSAGE)
                .usePlaintext()
                .build();
        client = RuntimeServiceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void stop() {
        runtime.stops.countDown();
        channel.shutdownNow();
        server.close();
        executor.close();
        streams.close();
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Test
    void theVersionIsThatOfTheInterface() {
        VersionResponse version = patient().version(VersionRequest.getDefaultInstance());
        assertThat(version.getRuntimeName()).isEqualTo("berth");
        assertThat(version.getRuntimeApiVersion()).isEqualTo("v1");
        assertThat(version.getVersion()).isEqualTo("0.1.0");
        assertThat(version.getRuntimeVersion()).isNotEmpty();
    }

    @Test
    void callsThatWaitRunOnThePoolAndReadsDoNot() {
        patient()
                .runPodSandbox(
                        RunPodSandboxRequest.newBuilder().setConfig(pod()).build());
        assertThat(runtime.calls).containsExactly("run name rpc-1");
        runtime.calls.clear();
        assertStatus(
                Status.Code.NOT_FOUND,
                "there is no sandbox x",
                () -> patient()
                        .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                                .setPodSandboxId("x")
                                .build()));
        assertThat(runtime.calls).singleElement().asString().startsWith("sandbox grpc-io-");
    }

    @Test
    void aBusyPoolRefusesAndReadsStillAnswer() throws InterruptedException {
        StopPodSandboxRequest stop =
                StopPodSandboxRequest.newBuilder().setPodSandboxId("x").build();
        var waiting = RuntimeServiceGrpc.newFutureStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
        var running = List.of(waiting.stopPodSandbox(stop), waiting.stopPodSandbox(stop));
        for (int i = 0; i < 1000 && runtime.calls.size() < 2; i++) {
            Thread.sleep(10);
        }
        assertStatus(
                Status.Code.RESOURCE_EXHAUSTED,
                "StopPodSandbox: too many requests run and wait already; see server.request_threads and"
                        + " server.request_queue in the configuration",
                () -> patient().stopPodSandbox(stop));
        assertThat(patient().version(VersionRequest.getDefaultInstance()).getRuntimeName())
                .isEqualTo("berth");
        runtime.stops.countDown();
        assertThat(running).allSatisfy(call -> assertThat(call).succeedsWithin(Duration.ofSeconds(10)));
        assertThat(runtime.calls).containsExactly("stop x", "stop x");
    }

    @Test
    void aListLargerThanAMessageComesInPages() {
        String label = "x".repeat(100_000);
        for (int i = 0; i < 300; i++) {
            runtime.sandboxes.add(sandbox(i, label));
        }
        List<PodSandbox> received = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        patient()
                .streamPodSandboxes(StreamPodSandboxesRequest.getDefaultInstance())
                .forEachRemaining((StreamPodSandboxesResponse page) -> {
                    sizes.add(page.getSerializedSize());
                    received.addAll(page.getPodSandboxesList());
                });
        assertThat(received).hasSize(300);
        assertThat(received.getLast().getId())
                .isEqualTo(runtime.sandboxes.getLast().id());
        assertThat(sizes).hasSizeGreaterThan(9).allMatch(size -> size < 4 << 20);
    }

    @Test
    void anItemLargerThanAPageIsAPageOfItsOwn() {
        runtime.sandboxes.add(sandbox(1, "x"));
        runtime.sandboxes.add(sandbox(2, "x".repeat(5 << 20)));
        runtime.sandboxes.add(sandbox(3, "x"));
        List<Integer> items = new ArrayList<>();
        patient()
                .streamPodSandboxes(StreamPodSandboxesRequest.getDefaultInstance())
                .forEachRemaining(page -> items.add(page.getPodSandboxesCount()));
        assertThat(items).containsExactly(1, 1, 1);
    }

    @Test
    void anEmptyListEnds() {
        assertThat(patient()
                        .streamPodSandboxes(StreamPodSandboxesRequest.getDefaultInstance())
                        .hasNext())
                .isFalse();
        assertThat(patient()
                        .listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                        .getItemsList())
                .isEmpty();
    }

    @Test
    void verboseAnswersCarryInformation() {
        runtime.sandboxes.add(sandbox(1, "x"));
        PodSandboxStatusResponse status = patient()
                .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                        .setPodSandboxId(runtime.sandboxes.getFirst().id())
                        .setVerbose(true)
                        .build());
        assertThat(status.getInfoMap()).containsEntry("info", "{\"pid\":1}");
        assertThat(status.getTimestamp()).isPositive();
        assertThat(patient()
                        .status(StatusRequest.newBuilder().setVerbose(true).build())
                        .getInfoMap())
                .containsOnlyKeys("core", "config");
        assertThat(patient().status(StatusRequest.getDefaultInstance()).getInfoMap())
                .isEmpty();
    }

    @Test
    void anExecGivesItsOutputAndCode() {
        ExecSyncResponse response = patient()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId("c")
                        .addCmd("echo")
                        .addCmd("hi")
                        .setTimeout(7)
                        .build());
        assertThat(response.getExitCode()).isEqualTo(3);
        assertThat(response.getStdout().toStringUtf8()).isEqualTo("echo hi");
        assertThat(response.getStderr().toStringUtf8()).isEqualTo("PT7S");
    }

    @Test
    void aMissingFieldIsNamed() {
        assertStatus(
                Status.Code.INVALID_ARGUMENT,
                "config is missing",
                () -> patient().runPodSandbox(RunPodSandboxRequest.getDefaultInstance()));
        assertStatus(
                Status.Code.INVALID_ARGUMENT,
                "pod_sandbox_id is empty",
                () -> patient().stopPodSandbox(StopPodSandboxRequest.getDefaultInstance()));
        assertStatus(
                Status.Code.INVALID_ARGUMENT,
                "config.metadata is missing",
                () -> patient()
                        .createContainer(CreateContainerRequest.newBuilder()
                                .setPodSandboxId("x")
                                .setConfig(ContainerConfig.getDefaultInstance())
                                .setSandboxConfig(pod())
                                .build()));
        assertStatus(
                Status.Code.INVALID_ARGUMENT,
                "cmd is empty",
                () -> patient()
                        .execSync(
                                ExecSyncRequest.newBuilder().setContainerId("c").build()));
        assertStatus(
                Status.Code.INVALID_ARGUMENT,
                "timeout is -1, less than 0",
                () -> patient()
                        .stopContainer(StopContainerRequest.newBuilder()
                                .setContainerId("c")
                                .setTimeout(-1)
                                .build()));
    }

    @Test
    void whatNobodyForesawIsHidden() {
        runtime.failure = new IllegalStateException("inner secret");
        StartContainerRequest start =
                StartContainerRequest.newBuilder().setContainerId("c").build();
        assertThatThrownBy(() -> patient().startContainer(start))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
                    assertThat(e.getStatus().getDescription())
                            .startsWith("internal error ")
                            .doesNotContain("secret");
                });
    }

    @Test
    void whatComesLaterSaysSo() {
        assertThatThrownBy(() -> patient().checkpointContainer(CheckpointContainerRequest.getDefaultInstance()))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
                    assertThat(e.getStatus().getDescription()).contains("checkpoints");
                });
    }

    @Test
    void theCgroupDriverIsTold() {
        assertThat(patient()
                        .runtimeConfig(RuntimeConfigRequest.getDefaultInstance())
                        .getLinux()
                        .getCgroupDriver()
                        .name())
                .isEqualTo("CGROUPFS");
    }

    @Test
    void theDaemonCanCallItself() throws IOException {
        try (UnixClient self = UnixClient.connect(directory.resolve("berth.sock"))) {
            for (int i = 0; i < 3; i++) {
                assertThat(self.call(RuntimeServiceGrpc.getVersionMethod(), VersionRequest.getDefaultInstance())
                                .getRuntimeName())
                        .isEqualTo("berth");
            }
            assertThatThrownBy(() -> self.call(
                            RuntimeServiceGrpc.getStopPodSandboxMethod(), StopPodSandboxRequest.getDefaultInstance()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("StopPodSandbox failed");
        }
    }

    private RuntimeServiceBlockingStub patient() {
        return client.withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    private static void assertStatus(Status.Code code, String description, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(code);
            assertThat(e.getStatus().getDescription()).isEqualTo(description);
        });
    }

    private static PodSandboxConfig pod() {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("name")
                        .setNamespace("namespace")
                        .setUid("uid"))
                .build();
    }

    private static Sandbox sandbox(int number, String label) {
        SandboxConfig config = new SandboxConfig(
                new SandboxMetadata("name" + number, "uid", "namespace", 0),
                "",
                "",
                null,
                List.of(),
                Map.of("label", label),
                Map.of(),
                "",
                SandboxSecurityContext.DEFAULT,
                Map.of(),
                null,
                null);
        String id = String.valueOf(number).repeat(64).substring(0, 64);
        return new Sandbox(id, config, "", SandboxState.READY, number, List.of(), "", "", 0);
    }
}
