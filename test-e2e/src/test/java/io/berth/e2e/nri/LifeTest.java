package io.berth.e2e.nri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.LinuxContainerResources;
import io.berth.proto.cri.v1.UpdateContainerResourcesRequest;
import io.berth.proto.nri.v1alpha1.ConfigureResponse;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerAdjustment;
import io.berth.proto.nri.v1alpha1.ContainerEviction;
import io.berth.proto.nri.v1alpha1.ContainerState;
import io.berth.proto.nri.v1alpha1.ContainerUpdate;
import io.berth.proto.nri.v1alpha1.CreateContainerRequest;
import io.berth.proto.nri.v1alpha1.CreateContainerResponse;
import io.berth.proto.nri.v1alpha1.Empty;
import io.berth.proto.nri.v1alpha1.KeyValue;
import io.berth.proto.nri.v1alpha1.LinuxResources;
import io.berth.proto.nri.v1alpha1.OptionalUInt64;
import io.berth.proto.nri.v1alpha1.RunPodSandboxRequest;
import io.berth.proto.nri.v1alpha1.SynchronizeRequest;
import io.berth.proto.nri.v1alpha1.UpdateContainerRequest;
import io.berth.proto.nri.v1alpha1.UpdateContainerResponse;
import io.berth.proto.nri.v1alpha1.UpdateContainersRequest;
import io.berth.proto.nri.v1alpha1.UpdateContainersResponse;
import io.berth.proto.nri.v1alpha1.ValidateContainerAdjustmentResponse;
import io.berth.proto.ttrpc.Response;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What plugins are told, what they can do, and what happens when they fail. */
class LifeTest {
    @RegisterExtension
    static final Node NODE = Node.with(config -> config.with("nri", "plugin_registration_timeout", "\"3s\""));

    private static TestPlugin connect() {
        return TestPlugin.connect(NODE.daemon().config().nriSocket());
    }

    private static PodContainer sleeping(Pod pod, String name) {
        return pod.container(name, NODE.busybox()).command("sleep", "1000").start();
    }

    private static CreateContainerResponse environment(String name, String value) {
        return CreateContainerResponse.newBuilder()
                .setAdjust(ContainerAdjustment.newBuilder()
                        .addEnv(KeyValue.newBuilder().setKey(name).setValue(value)))
                .build();
    }

    private static LinuxResources shares(long shares) {
        LinuxResources.Builder resources = LinuxResources.newBuilder();
        resources.getCpuBuilder().setShares(OptionalUInt64.newBuilder().setValue(shares));
        return resources.build();
    }

    private static ContainerUpdate update(String container, long shares) {
        ContainerUpdate.Builder update = ContainerUpdate.newBuilder().setContainerId(container);
        update.getLinuxBuilder().setResources(shares(shares));
        return update.build();
    }

    private static long sharesOf(PodContainer container) {
        return container.status().getResources().getLinux().getCpuShares();
    }

    @Test
    void aPluginIsToldOfAPodsWholeLifeInOrder() {
        try (TestPlugin plugin = connect().join("10", "story")) {
            Pod pod = NODE.pod("life").run();
            PodContainer container = sleeping(pod, "main");
            container.stop(0).remove();
            pod.stop().remove();
            assertThat(plugin.story())
                    .containsExactly(
                            "RunPodSandbox",
                            "CreateContainer",
                            "PostCreateContainer",
                            "StartContainer",
                            "PostStartContainer",
                            "StopContainer",
                            "RemoveContainer",
                            "StopPodSandbox",
                            "RemovePodSandbox");
            var ran = plugin.calls("RunPodSandbox").getFirst().as(RunPodSandboxRequest.parser());
            assertThat(ran.getPod().getName()).isEqualTo("life");
            assertThat(ran.getPod().getIpsCount()).isEqualTo(1);
            assertThat(ran.getPod().getPid()).isPositive();
            Container created = plugin.calls("CreateContainer")
                    .getFirst()
                    .as(CreateContainerRequest.parser())
                    .getContainer();
            assertThat(created.getId()).isEqualTo(container.id());
            assertThat(created.getArgsList()).containsExactly("sleep", "1000");
            assertThat(created.getMountsCount()).isPositive();
        }
    }

    @Test
    void aContainerThatEndsByItselfIsNewsToo() {
        try (TestPlugin plugin = connect().join("10", "ends")) {
            NODE.pod("short")
                    .run()
                    .container("main", NODE.busybox())
                    .command("true")
                    .start();
            plugin.await("StopContainer");
        }
    }

    @Test
    void pluginsAdjustInTheOrderOfTheirIndexAndSeeEachOthersWork() {
        try (TestPlugin second = connect()
                        .handle("CreateContainer", call -> {
                            boolean seen = call.as(CreateContainerRequest.parser())
                                    .getContainer()
                                    .getEnvList()
                                    .contains("FIRST=1");
                            return environment("SECOND", seen ? "after" : "before");
                        })
                        .join("20", "second");
                TestPlugin first = connect()
                        .handle("CreateContainer", call -> environment("FIRST", "1"))
                        .join("10", "first")) {
            PodContainer container = sleeping(NODE.pod("ordered").run(), "main");
            assertThat(container.shell("echo $FIRST $SECOND")).isEqualTo("1 after");
            assertThat(first.isClosed() || second.isClosed()).isFalse();
        }
    }

    @Test
    void pluginsThatContendAreBothNamedAndNothingIsMade() {
        try (TestPlugin one = connect()
                        .handle("CreateContainer", call -> environment("X", "1"))
                        .join("10", "one");
                TestPlugin two = connect()
                        .handle("CreateContainer", call -> environment("X", "2"))
                        .join("20", "two")) {
            var plan = NODE.pod("contended").run().container("main", NODE.busybox());
            Refusal.of(plan::create).is(Code.FAILED_PRECONDITION).saying("10-one", "20-two", "Env \"X\"");
            // It was told of a container that there is not.
            one.await("RemoveContainer");
            two.await("RemoveContainer");
        }
    }

    @Test
    void whatBerthCannotDoIsRefusedAndNotPassedOver() {
        try (TestPlugin plugin = connect()
                .handle("CreateContainer", call -> {
                    var response = CreateContainerResponse.newBuilder();
                    response.getAdjustBuilder().getLinuxBuilder().setCgroupsPath("/elsewhere");
                    return response.build();
                })
                .join("10", "path")) {
            var plan = NODE.pod("moved").run().container("main", NODE.busybox());
            Refusal.of(plan::create).is(Code.FAILED_PRECONDITION).saying("10-path", "linux.cgroups_path");
            assertThat(plugin.isClosed()).isFalse();
        }
    }

    @Test
    void aPluginCanRefuseAPodAndAContainersStart() {
        try (TestPlugin plugin = connect()
                .handle("RunPodSandbox", call -> {
                    throw new IllegalStateException("not this one");
                })
                .join("10", "strict")) {
            Refusal.of(() -> NODE.pod("refused").run())
                    .is(Code.FAILED_PRECONDITION)
                    .saying("10-strict", "not this one");
            plugin.handle("RunPodSandbox", call -> Empty.getDefaultInstance());
            plugin.handle("StartContainer", call -> {
                throw new IllegalStateException("not now");
            });
            PodContainer container = NODE.pod("taken")
                    .run()
                    .container("main", NODE.busybox())
                    .command("sleep", "10")
                    .create();
            Refusal.of(container::start).is(Code.FAILED_PRECONDITION).saying("not now");
            plugin.handle("StartContainer", call -> Empty.getDefaultInstance());
            container.start();
        }
    }

    @Test
    void aValidatingPluginRejectsWithItsReason() {
        try (TestPlugin plugin = connect()
                .handle(
                        "Configure",
                        call -> ConfigureResponse.newBuilder()
                                .setEvents(1 << 13)
                                .build())
                .handle(
                        "ValidateContainerAdjustment",
                        call -> ValidateContainerAdjustmentResponse.newBuilder()
                                .setReject(true)
                                .setReason("policy seven")
                                .build())
                .join("90", "judge")) {
            var plan = NODE.pod("judged").run().container("main", NODE.busybox());
            Refusal.of(plan::create).is(Code.FAILED_PRECONDITION).saying("90-judge", "policy seven");
            assertThat(plugin.story()).containsOnly("ValidateContainerAdjustment");
        }
    }

    @Test
    void updatesAreChangedByPluginsAndReachOtherContainers() {
        Pod pod = NODE.pod("updates").run();
        PodContainer other = sleeping(pod, "other");
        PodContainer updated = sleeping(pod, "updated");
        try (TestPlugin plugin = connect()
                .handle("UpdateContainer", call -> {
                    var request = call.as(UpdateContainerRequest.parser());
                    long asked =
                            request.getLinuxResources().getCpu().getShares().getValue();
                    return UpdateContainerResponse.newBuilder()
                            .addUpdate(update(request.getContainer().getId(), asked * 2))
                            .addUpdate(update(other.id(), 77))
                            .build();
                })
                .join("10", "doubling")) {
            NODE.client()
                    .runtime()
                    .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                            .setContainerId(updated.id())
                            .setLinux(LinuxContainerResources.newBuilder().setCpuShares(100))
                            .build());
            assertThat(sharesOf(updated)).isEqualTo(200);
            assertThat(sharesOf(other)).isEqualTo(77);
            assertThat(plugin.story()).containsExactly("UpdateContainer", "PostUpdateContainer");
        }
    }

    @Test
    void aPluginUpdatesAndEvictsByItself() throws IOException {
        PodContainer container = sleeping(NODE.pod("unasked").run(), "main");
        try (TestPlugin plugin = connect().join("10", "active")) {
            Response response = plugin.call(
                    "UpdateContainers",
                    UpdateContainersRequest.newBuilder()
                            .addUpdate(update(container.id(), 33))
                            .addUpdate(update("unknown", 1))
                            .addEvict(ContainerEviction.newBuilder()
                                    .setContainerId(container.id())
                                    .setReason("room is needed"))
                            .build());
            assertThat(UpdateContainersResponse.parseFrom(response.getPayload()).getFailedList())
                    .extracting(ContainerUpdate::getContainerId)
                    .containsExactly("unknown");
            assertThat(sharesOf(container)).isEqualTo(33);
            container.awaitExit();
        }
    }

    @Test
    void aPluginThatHangsIsCutOffAndThePodGoesOn() {
        CountDownLatch never = new CountDownLatch(1);
        try (TestPlugin plugin = connect()
                .handle("CreateContainer", call -> {
                    never.await();
                    return CreateContainerResponse.getDefaultInstance();
                })
                .join("10", "hanging")) {
            PodContainer container = sleeping(NODE.pod("unhindered").run(), "main");
            assertThat(container.exec("echo", "alive")).isEqualTo("alive");
            plugin.awaitClosed();
            never.countDown();
        }
    }

    @Test
    void aPluginThatDiesInTheMiddleOfARequestHoldsNothingUp() {
        try (TestPlugin plugin = connect()) {
            plugin.handle("CreateContainer", call -> {
                        plugin.die();
                        throw new InterruptedException("dead");
                    })
                    .join("10", "dying");
            PodContainer container = sleeping(NODE.pod("survivor").run(), "main");
            assertThat(container.exec("echo", "alive")).isEqualTo("alive");
        }
    }

    @Test
    void garbageAndOversizeFramesEndTheConnectionAlone() throws IOException {
        try (TestPlugin good = connect().join("10", "good");
                TestPlugin garbage = connect();
                TestPlugin oversize = connect();
                TestPlugin liar = connect()) {
            garbage.raw(
                    ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            oversize.raw(ByteBuffer.allocate(8).putInt(2).putInt(0x7fffffff).flip());
            // A frame of the trunk that is fine, with a message in it that says to be longer than any may be.
            liar.raw(ByteBuffer.allocate(18)
                    .putInt(2)
                    .putInt(10)
                    .putInt(64 << 20)
                    .putInt(1)
                    .putShort((short) 0x0100)
                    .flip());
            garbage.awaitClosed();
            oversize.awaitClosed();
            liar.awaitClosed();
            NODE.pod("unimpressed").run();
            assertThat(good.story()).containsExactly("RunPodSandbox");
        }
    }

    @Test
    void whoConnectsAndDoesNotRegisterIsSentAway() {
        try (TestPlugin silent = connect()) {
            silent.awaitClosed();
        }
    }

    @Test
    void aSecondRegistrationAndAWrongNameAreRefused() {
        try (TestPlugin plugin = connect()) {
            assertThat(plugin.register("1", "short").getStatus().getMessage()).contains("two digits");
            plugin.join("10", "once");
            assertThat(plugin.register("11", "twice").getStatus().getMessage()).contains("10-once");
            NODE.pod("again").run();
            assertThat(plugin.story()).containsExactly("RunPodSandbox");
        }
    }

    @Test
    void aNewPluginIsToldWhatThereIsInAsManyPartsAsItTakes() {
        Pod pod = NODE.pod("many")
                .with(config -> config.putAnnotations("long", "x".repeat(100_000)))
                .run();
        Set<String> there = new HashSet<>();
        for (int number = 0; number < 50; number++) {
            there.add(pod.container("c" + number, NODE.busybox())
                    .with(config -> config.putAnnotations("long", "x".repeat(150_000)))
                    .create()
                    .id());
        }
        try (TestPlugin plugin = connect().join("10", "late")) {
            Waiting.until(
                    "the last part",
                    () -> plugin.calls("Synchronize").stream()
                            .anyMatch(call ->
                                    !call.as(SynchronizeRequest.parser()).getMore()));
            List<String> told = plugin.calls("Synchronize").stream()
                    .flatMap(call -> call.as(SynchronizeRequest.parser()).getContainersList().stream())
                    .map(Container::getId)
                    .toList();
            assertThat(plugin.calls("Synchronize")).hasSizeGreaterThan(1);
            assertThat(told).containsExactlyInAnyOrderElementsOf(there);
        }
    }

    /** Plugins come while containers are made: each container is in their view or told of, and never both. */
    @Test
    void noContainerIsLostOrToldTwiceWhilePluginsJoin() throws InterruptedException {
        Pod pod = NODE.pod("busy").run();
        Set<String> made = ConcurrentHashMap.newKeySet();
        List<Thread> makers = new ArrayList<>();
        for (int maker = 0; maker < 4; maker++) {
            String prefix = "m" + maker + "-";
            makers.add(Thread.ofPlatform().name("maker-" + maker).start(() -> {
                for (int number = 0; number < 25; number++) {
                    made.add(pod.container(prefix + number, NODE.busybox())
                            .create()
                            .id());
                }
            }));
        }
        List<TestPlugin> plugins = new ArrayList<>();
        try {
            for (int number = 10; number < 16; number++) {
                plugins.add(connect().join(Integer.toString(number), "joins"));
            }
            for (Thread maker : makers) {
                maker.join();
            }
            assertThat(made).hasSize(100);
            for (TestPlugin plugin : plugins) {
                List<String> told = new ArrayList<>();
                plugin.calls("Synchronize")
                        .forEach(call -> call.as(SynchronizeRequest.parser())
                                .getContainersList()
                                .forEach(container -> told.add(container.getId())));
                plugin.calls("CreateContainer")
                        .forEach(call -> told.add(call.as(CreateContainerRequest.parser())
                                .getContainer()
                                .getId()));
                assertThat(told).containsExactlyInAnyOrderElementsOf(made);
            }
        } finally {
            plugins.forEach(TestPlugin::close);
        }
    }

    @Test
    void aPluginSeesWhereContainersAreInTheirLives() {
        Pod pod = NODE.pod("states").run();
        sleeping(pod, "running");
        pod.container("created", NODE.busybox()).command("true").create();
        pod.container("ended", NODE.busybox()).command("true").start().awaitExit();
        try (TestPlugin plugin = connect().join("10", "states")) {
            var view = plugin.calls("Synchronize").getFirst().as(SynchronizeRequest.parser());
            assertThat(view.getContainersList())
                    .extracting(Container::getName, Container::getState)
                    .containsExactlyInAnyOrder(
                            tuple("running", ContainerState.CONTAINER_RUNNING),
                            tuple("created", ContainerState.CONTAINER_CREATED),
                            tuple("ended", ContainerState.CONTAINER_STOPPED));
        }
    }
}
