package io.berth.e2e.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Limits as far as a machine shows them that may lack controllers; the virtual machine's checks show the rest. */
class ResourceTest {
    private static final long LIMIT = 64L << 20;

    @RegisterExtension
    static final Node NODE =
            Node.with(config -> config.with("cgroup", "missing_controllers", DaemonConfig.text("refuse")));

    private static ContainerPlan plan() {
        return NODE.pod("limited").run().container("main", NODE.busybox()).command("sleep", "100");
    }

    private static boolean machineHas(String controller) throws IOException {
        return Files.readString(Path.of("/sys/fs/cgroup/cgroup.controllers")).contains(controller);
    }

    @Test
    void aLimitWithoutItsControllerIsRefusedByName() throws IOException {
        assumeFalse(machineHas("memory"), "this machine has the memory controller");
        ContainerPlan plan = plan().resources(resources -> resources.setMemoryLimitInBytes(LIMIT));
        Refusal.of(plan::start).is(Code.FAILED_PRECONDITION).saying("memory", "cgroup.missing_controllers");
    }

    @Test
    void oomScoreAdjustmentIsWritten() {
        PodContainer container =
                plan().resources(resources -> resources.setOomScoreAdj(500)).start();
        assertThat(container.exec("cat", "/proc/1/oom_score_adj")).isEqualTo("500");
        assertThat(container.exec("cat", "/proc/self/oom_score_adj")).isEqualTo("500");
    }

    @Test
    void aContainerSeesItsOwnCgroupAsTheRoot() {
        PodContainer container = plan().start();
        assertThat(container.exec("cat", "/proc/1/cgroup")).endsWith("0::/");
        assertThat(container.shell("cat /sys/fs/cgroup/cgroup.procs | head -n 1"))
                .isEqualTo("1");
    }

    @Test
    void theContainerStandsUnderThePodsCgroupParent() throws IOException {
        Path parent = Files.createDirectories(Path.of("/sys/fs/cgroup/harbour/pod-1"));
        Pod pod = NODE.pod("parented")
                .with(config -> config.setLinux(config.getLinux().toBuilder().setCgroupParent("/harbour/pod-1")))
                .run();
        PodContainer container =
                pod.container("main", NODE.busybox()).command("sleep", "100").start();
        assertThat(Files.readString(parent.resolve(container.id()).resolve("cgroup.procs")))
                .isNotBlank();
        pod.stop().remove();
        // The parent is the kubelet's: it stays, and is empty.
        Files.delete(parent);
        Files.delete(parent.getParent());
    }

    @Test
    void anImpossibleLimitIsRefusedWithItsValue() {
        ContainerPlan plan =
                plan().resources(resources -> resources.setCpuQuota(-5).setCpuPeriod(10));
        Refusal.of(plan::start).is(Code.INVALID_ARGUMENT).saying("cpu_period");
    }
}
