package io.berth.e2e.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.LogFile;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.PodSandboxStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The daemon goes and comes back; the pods do not notice. */
class RestartTest {
    private static final String COUNTING = "i=0; while true; do i=$((i+1)); echo $i; usleep 20000; done";

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static Pod pod() {
        return NODE.pod("steady").run();
    }

    private static void awaitMoreLines(PodContainer container) {
        int before = container.log().lines().size();
        Waiting.until("more lines in the log", () -> container.log().lines().size() > before + 2);
    }

    @Test
    void containersRunOnAndTheirLogsGoOnWhileTheDaemonIsAway() {
        Pod pod = pod();
        PodContainer container =
                pod.container("counter", NODE.busybox()).script(COUNTING).start();
        awaitMoreLines(container);
        ContainerStatus before = container.status();
        PodSandboxStatus podBefore = pod.status();
        NODE.daemon().kill();
        awaitMoreLines(container);
        NODE.daemon().start();
        assertThat(container.status()).isEqualTo(before);
        assertThat(pod.status()).isEqualTo(podBefore);
        assertThat(container.exec("cat", "/proc/1/comm")).isEqualTo("sh");
        awaitMoreLines(container);
        container.stop(0);
        String[] numbers = container.log().text(LogFile.OUTPUT).split("\n", -1);
        for (int i = 0; i < numbers.length - 1; i++) {
            assertThat(numbers[i]).as("no line is missing or doubled").isEqualTo(Integer.toString(i + 1));
        }
    }

    @Test
    void anExitInTheAbsenceIsReportedWithItsCodeAndTime() {
        PodContainer container = pod().container("main", NODE.busybox())
                .script("while [ ! -e /volume/go ]; do usleep 10000; done; exit 23")
                .mount(NODE.logs(), "/volume", false)
                .start();
        NODE.daemon().kill();
        long before = nanoseconds();
        create(NODE.logs().resolve("go"));
        Waiting.until("the container to end", () -> exitRecordExists(container.id()));
        long after = nanoseconds();
        NODE.daemon().start();
        ContainerStatus status = container.status();
        delete(NODE.logs().resolve("go"));
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isEqualTo(23);
        assertThat(status.getFinishedAt()).isBetween(before, after);
    }

    @Test
    void aGracefulEndOfTheDaemonLeavesPodsRunning() {
        PodContainer container =
                pod().container("counter", NODE.busybox()).script(COUNTING).start();
        awaitMoreLines(container);
        assertThat(NODE.daemon().terminate()).isZero();
        awaitMoreLines(container);
        NODE.daemon().start();
        assertThat(container.state()).isEqualTo(ContainerState.CONTAINER_RUNNING);
    }

    @Test
    void aCreatedContainerCanStillBeStarted() {
        PodContainer container =
                pod().container("main", NODE.busybox()).command("echo", "late").create();
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(container.state()).isEqualTo(ContainerState.CONTAINER_CREATED);
        assertThat(container.start().output()).isEqualTo("late\n");
    }

    @Test
    void anExitedContainerKeepsItsStatus() {
        PodContainer container =
                pod().container("main", NODE.busybox()).script("exit 5").start();
        ContainerStatus before = container.awaitExit();
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(container.status()).isEqualTo(before);
    }

    @Test
    void aStoppedPodStaysStoppedAndNamesStayTaken() {
        Pod pod = pod();
        pod.stop();
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(pod.status().getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        pod.remove();
    }

    @Test
    void oneKillAfterAnotherChangesNothing() {
        PodContainer container =
                pod().container("counter", NODE.busybox()).script(COUNTING).start();
        for (int i = 0; i < 3; i++) {
            NODE.daemon().kill();
            NODE.daemon().start();
            assertThat(container.state()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        }
        awaitMoreLines(container);
    }

    @Test
    void afterARebootThePodsAreThereAndStopped() {
        Pod pod = pod();
        PodContainer container =
                pod.container("main", NODE.busybox()).command("sleep", "1000").start();
        NODE.daemon().kill();
        // As a reboot does it: all processes gone, the run directory empty.
        NODE.daemon().shims().forEach(shim -> ProcessHandle.of(shim).ifPresent(ProcessHandle::destroyForcibly));
        Waiting.until("the container to end with its shim", () -> cgroupIsEmpty(pod.id()));
        Command.output("rm", "-rf", NODE.daemon().config().runDirectory().toString());
        NODE.daemon().start();
        assertThat(pod.status().getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        assertThat(container.state()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(container.status().getExitCode()).isNotZero();
        pod.stop().remove();
    }

    @Test
    void aSpareShimEndsWithItsDaemon() {
        Waiting.until("a spare shim", () -> !NODE.daemon().shims().isEmpty());
        long spare = NODE.daemon().shims().getFirst();
        NODE.daemon().kill();
        Waiting.until("the spare shim to end", () -> ProcessHandle.of(spare).isEmpty());
        NODE.daemon().start();
    }

    @Test
    void aShimThatDoesNotAnswerHoldsUpNobodyElse() {
        Pod stuck = NODE.pod("stuck").run();
        PodContainer other =
                pod().container("main", NODE.busybox()).command("sleep", "1000").start();
        long shim = NODE.daemon().shim(stuck.id());
        Command.output("kill", "-STOP", Long.toString(shim));
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(other.exec("echo", "quick").strip()).isEqualTo("quick");
        Command.output("kill", "-CONT", Long.toString(shim));
        Waiting.until("the stuck pod to be taken up", () -> stuck.status().getState() == PodSandboxState.SANDBOX_READY);
        PodContainer late =
                stuck.container("late", NODE.busybox()).command("true").start();
        assertThat(late.awaitExit().getExitCode()).isZero();
    }

    @Test
    void aDaemonThatEndsWithoutPodsTakesItsNetworkAlong() {
        assertThat(NODE.leftovers()).isEmpty();
        String bridge = NODE.daemon().config().bridge();
        assertThat(NODE.daemon().terminate()).isZero();
        assertThat(Path.of("/sys/class/net", bridge)).doesNotExist();
        assertThat(Command.output("nft", "list", "tables")).doesNotContain(bridge);
        NODE.daemon().start();
        pod().stop().remove();
    }

    private static boolean cgroupIsEmpty(String podId) throws IOException {
        Path events = Path.of("/sys/fs/cgroup/berth").resolve(podId).resolve("cgroup.events");
        return !Files.exists(events) || Files.readString(events).contains("populated 0");
    }

    private static boolean exitRecordExists(String containerId) throws IOException {
        try (var sandboxes = Files.list(NODE.daemon().config().runDirectory().resolve("sandboxes"))) {
            return sandboxes.anyMatch(
                    sandbox -> Files.exists(sandbox.resolve("exits").resolve(containerId)));
        }
    }

    private static long nanoseconds() {
        java.time.Instant now = java.time.Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    private static void create(Path file) {
        Command.output("touch", file.toString());
    }

    private static void delete(Path file) {
        Command.output("rm", file.toString());
    }
}
