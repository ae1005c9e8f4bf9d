package io.berth.e2e.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ContainerState;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class KilledShimTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static void killShim(Pod pod) {
        Command.output("kill", "-9", Long.toString(NODE.daemon().shim(pod.id())));
    }

    @Test
    void aPodWithoutItsShimIsNotReadyAndItsContainersHaveEnded() {
        Pod pod = NODE.pod("beheaded").run();
        PodContainer container =
                pod.container("main", NODE.busybox()).command("sleep", "1000").start();
        killShim(pod);
        Waiting.until("the pod to be known as not ready", () -> !pod.isReady());
        Waiting.until("the container to be known as ended", () -> container.state() == ContainerState.CONTAINER_EXITED);
        assertThat(container.status().getExitCode()).isNotZero();
        assertThat(container.status().getReason()).isNotEmpty();
        Refusal.of(() -> container.execSync(5, "true")).is(Code.FAILED_PRECONDITION);
        pod.stop().remove();
    }

    @Test
    void aShimThatDiesInTheDaemonsAbsenceIsFoundAtTheStart() {
        Pod pod = NODE.pod("lost").run();
        PodContainer container =
                pod.container("main", NODE.busybox()).command("sleep", "1000").start();
        NODE.daemon().kill();
        killShim(pod);
        NODE.daemon().start();
        Waiting.until("the pod to be known as not ready", () -> !pod.isReady());
        assertThat(container.state()).isEqualTo(ContainerState.CONTAINER_EXITED);
        pod.stop().remove();
    }

    @Test
    void whatShimsAreForkedFromIsReplacedWhenItIsKilled() {
        Pod before = NODE.pod("before").run();
        Command.output("pkill", "-9", "-P", Long.toString(NODE.daemon().pid()), "-f", "berth-shim --template");
        // More of them than spare shims stand ready.
        for (int index = 0; index < 5; index++) {
            assertThat(NODE.pod("after-" + index).run().isReady()).isTrue();
        }
        assertThat(before.isReady()).isTrue();
    }

    @Test
    void otherPodsDoNotNotice() {
        Pod pod = NODE.pod("dying").run();
        Pod other = NODE.pod("living").run();
        PodContainer container =
                other.container("main", NODE.busybox()).command("sleep", "1000").start();
        killShim(pod);
        assertThat(container.exec("echo", "fine")).isEqualTo("fine");
        assertThat(other.isReady()).isTrue();
    }
}
