package io.berth.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.pod.PodPlan;
import io.berth.proto.cri.v1.PodSandboxConfig;
import io.berth.proto.cri.v1.RunPodSandboxRequest;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class NamesTest {
    private static final String UNKNOWN = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @RegisterExtension
    static final Node NODE = Node.standard();

    @Test
    void theSamePodCannotRunTwice() {
        PodPlan plan = NODE.pod("twin");
        Pod first = plan.run();
        Refusal.of(plan::run).is(Code.ALREADY_EXISTS).saying("twin", first.id());
        assertThat(first.isReady()).isTrue();
    }

    @Test
    void aNameIsFreeAgainOnceItsPodIsRemoved() {
        PodPlan plan = NODE.pod("again");
        plan.run().stop().remove();
        assertThat(plan.run().isReady()).isTrue();
    }

    @Test
    void anotherAttemptIsAnotherName() {
        PodPlan plan = NODE.pod("attempts");
        Pod first = plan.run();
        Pod second = plan.with(config ->
                        config.setMetadata(config.getMetadata().toBuilder().setAttempt(1)))
                .run();
        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void aNameIsFreeAgainWhenItsPodCouldNotBeMade() {
        PodPlan plan = NODE.pod("failing");
        Refusal.of(plan.runtimeHandler("no-such-handler")::run)
                .is(Code.INVALID_ARGUMENT)
                .saying("no-such-handler");
        assertThat(plan.runtimeHandler("").run().isReady()).isTrue();
    }

    @Test
    void twoContainersOfOneNameInAPodAreRefused() {
        Pod pod = NODE.pod("full").run();
        PodContainer first = pod.container("same", NODE.busybox()).create();
        Refusal.of(() -> pod.container("same", NODE.busybox()).create())
                .is(Code.ALREADY_EXISTS)
                .saying("same", first.id());
        first.remove();
        pod.container("same", NODE.busybox()).create();
    }

    @Test
    void idsMayBeShortened() {
        Pod pod = NODE.pod("short").run();
        assertThat(pod.id()).matches("[0-9a-f]{64}");
        Pod shortened = new Pod(NODE.client(), pod.id().substring(0, 13), pod.config());
        assertThat(shortened.status().getId()).isEqualTo(pod.id());
    }

    @Test
    void unknownIdsAreNotFoundWhereThereMustBeSomething() {
        Pod pod = new Pod(NODE.client(), UNKNOWN, NODE.pod("unknown").config());
        PodContainer container = new PodContainer(NODE.client(), UNKNOWN, NODE.logs());
        Refusal.of(pod::status).is(Code.NOT_FOUND).saying(UNKNOWN);
        Refusal.of(container::status).is(Code.NOT_FOUND).saying(UNKNOWN);
        Refusal.of(container::start).is(Code.NOT_FOUND).saying(UNKNOWN);
        Refusal.of(container::statistics).is(Code.NOT_FOUND).saying(UNKNOWN);
        Refusal.of(container::reopenLog).is(Code.NOT_FOUND).saying(UNKNOWN);
        Refusal.of(pod.container("main", NODE.busybox())::create)
                .is(Code.NOT_FOUND)
                .saying(UNKNOWN);
    }

    @Test
    void unknownIdsAreNoErrorWhereTheAimIsReached() {
        Pod pod = new Pod(NODE.client(), UNKNOWN, NODE.pod("unknown").config());
        pod.stop().remove();
        PodContainer container = new PodContainer(NODE.client(), UNKNOWN, NODE.logs());
        container.stop(0).remove();
    }

    @Test
    void aRemovedPodsContainerIsNotFound() {
        Pod pod = NODE.pod("gone").run();
        PodContainer container =
                pod.container("main", NODE.busybox()).command("sleep", "100").start();
        pod.stop().remove();
        Refusal.of(container::status).is(Code.NOT_FOUND).saying(container.id());
        Refusal.of(container::start).is(Code.NOT_FOUND).saying(container.id());
    }

    @Test
    void stoppingAndRemovingTwiceIsNoError() {
        Pod pod = NODE.pod("twice").run();
        pod.stop().stop();
        pod.remove();
        pod.remove();
    }

    @Test
    void removingARunningPodStopsItFirst() {
        Pod pod = NODE.pod("running").run();
        pod.container("main", NODE.busybox()).command("sleep", "100").start();
        pod.remove();
        Refusal.of(pod::status).is(Code.NOT_FOUND);
    }

    @Test
    void aStoppedPodTakesNoMoreContainers() {
        Pod pod = NODE.pod("stopped").run();
        PodContainer created = pod.container("created", NODE.busybox()).create();
        pod.stop();
        Refusal.of(pod.container("late", NODE.busybox())::create)
                .is(Code.FAILED_PRECONDITION)
                .saying(pod.id(), "not ready");
        Refusal.of(created::start).is(Code.FAILED_PRECONDITION);
    }

    @Test
    void aPodWithoutMetadataIsRefused() {
        Refusal.of(() -> NODE.client().runtime().runPodSandbox(RunPodSandboxRequest.getDefaultInstance()))
                .is(Code.INVALID_ARGUMENT)
                .saying("config");
        Refusal.of(NODE.pod("nameless").with(PodSandboxConfig.Builder::clearMetadata)::run)
                .is(Code.INVALID_ARGUMENT)
                .saying("metadata");
        Refusal.of(NODE.pod("")::run).is(Code.INVALID_ARGUMENT).saying("name");
    }
}
