package io.berth.e2e.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.NamespaceMode;
import io.berth.proto.cri.v1.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StopContainerTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan(String image) {
        return NODE.pod("stopping").run().container("main", image);
    }

    private static PodContainer trapping(ContainerPlan plan, String signal) {
        PodContainer container = plan.script("trap 'echo " + signal + "; exit 3' " + signal
                        + "; echo ready; while true; do sleep 0.05; done")
                .start();
        container.awaitLogLine("ready");
        return container;
    }

    @Test
    void theDefaultSignalIsTerm() {
        PodContainer container = trapping(plan(NODE.busybox()), "TERM");
        container.stop(30);
        assertThat(container.status().getExitCode()).isEqualTo(3);
        assertThat(container.output()).isEqualTo("ready\nTERM\n");
    }

    @Test
    void theImagesSignalIsUsed() {
        NODE.registry()
                .client()
                .push("stop/usr1", "1", Busybox.image().stopSignal("SIGUSR1").build());
        String image = NODE.reference("stop/usr1:1");
        NODE.pull(image);
        PodContainer container = trapping(plan(image), "USR1");
        container.stop(30);
        assertThat(container.output()).isEqualTo("ready\nUSR1\n");
    }

    @Test
    void thePodsSignalGoesBeforeTheImages() {
        PodContainer container =
                trapping(plan(NODE.busybox()).with(config -> config.setStopSignal(Signal.SIGNAL_SIGUSR2)), "USR2");
        container.stop(30);
        assertThat(container.output()).isEqualTo("ready\nUSR2\n");
    }

    @Test
    void whatDoesNotEndInTimeIsKilledWithAllItsProcesses() {
        PodContainer container = plan(NODE.busybox())
                .script("trap '' TERM; (trap '' TERM; setsid sleep 700) & echo ready; while true; do sleep 0.1; done")
                .start();
        container.awaitLogLine("ready");
        container.stop(1);
        assertThat(container.status().getExitCode()).isEqualTo(137);
        // The leftovers' scan after this test finds the child if it is still there.
    }

    @Test
    void withoutGraceItIsKilledAtOnce() {
        PodContainer container = trapping(plan(NODE.busybox()), "TERM");
        container.stop(0);
        assertThat(container.status().getExitCode()).isEqualTo(137);
        assertThat(container.output()).isEqualTo("ready\n");
    }

    @Test
    void stoppingTwiceIsNoError() {
        PodContainer container = plan(NODE.busybox()).command("sleep", "100").start();
        container.stop(0).stop(0);
        assertThat(container.state()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    @Test
    void stoppingOneThatNeverRanIsNoError() {
        PodContainer container = plan(NODE.busybox()).command("true").create();
        container.stop(0);
        container.remove();
    }

    @Test
    void removingTwiceIsNoError() {
        PodContainer container = plan(NODE.busybox()).command("true").create();
        container.remove();
        container.remove();
    }

    @Test
    void removingARunningContainerKillsIt() {
        PodContainer container = plan(NODE.busybox()).command("sleep", "100").start();
        container.remove();
    }

    @Test
    void exitCodesAndReasonsAreToldApart() {
        PodContainer clean = plan(NODE.busybox()).script("exit 0").start();
        assertThat(clean.awaitExit().getReason()).isEqualTo("Completed");
        PodContainer failed = NODE.pod("failed")
                .run()
                .container("main", NODE.busybox())
                .script("exit 7")
                .start();
        assertThat(failed.awaitExit()).satisfies(status -> {
            assertThat(status.getExitCode()).isEqualTo(7);
            assertThat(status.getReason()).isEqualTo("Error");
        });
        // A process that is the first of its namespace could not kill itself.
        PodContainer killed = NODE.pod("killed")
                .namespaces(options -> options.setPid(NamespaceMode.POD))
                .run()
                .container("main", NODE.busybox())
                .script("kill -SEGV $$; sleep 10")
                .start();
        assertThat(killed.awaitExit().getExitCode()).isEqualTo(139);
    }

    @Test
    void aLongGraceHoldsUpNoOtherContainer() throws InterruptedException {
        PodContainer stubborn = plan(NODE.busybox())
                .script("trap '' TERM; echo ready; while true; do sleep 0.1; done")
                .start();
        stubborn.awaitLogLine("ready");
        Thread stopping = Thread.ofPlatform().name("stopping").start(() -> stubborn.stop(40));
        PodContainer other = NODE.pod("other")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                .start();
        other.stop(0).remove();
        assertThat(stubborn.state()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        stubborn.stop(0);
        stopping.join();
        assertThat(stubborn.state()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }
}
