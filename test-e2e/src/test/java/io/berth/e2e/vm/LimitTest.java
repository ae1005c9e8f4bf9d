package io.berth.e2e.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ContainerStats;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.HugepageLimit;
import io.berth.proto.cri.v1.LinuxContainerResources;
import io.berth.proto.cri.v1.UpdateContainerResourcesRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("vm")
class LimitTest {
    private static final long MEBIBYTE = 1L << 20;

    @RegisterExtension
    static final Node NODE =
            Node.with(config -> config.with("cgroup", "missing_controllers", DaemonConfig.text("refuse")));

    private static ContainerPlan plan() {
        return NODE.pod("limited").run().container("main", NODE.busybox()).command("sleep", "1000");
    }

    private static String file(PodContainer container, String name) {
        return container.exec("cat", "/sys/fs/cgroup/" + name);
    }

    @Test
    void everyLimitStandsInItsFile() {
        PodContainer container = plan().resources(resources -> resources
                        .setCpuPeriod(100_000)
                        .setCpuQuota(50_000)
                        .setCpuShares(512)
                        .setCpusetCpus("0-1")
                        .setMemoryLimitInBytes(64 * MEBIBYTE)
                        .setMemorySwapLimitInBytes(96 * MEBIBYTE)
                        .addHugepageLimits(
                                HugepageLimit.newBuilder().setPageSize("2MB").setLimit(4 * MEBIBYTE))
                        .putUnified("pids.max", "77")
                        .putUnified("memory.low", "1048576"))
                .start();
        assertThat(file(container, "cpu.max")).isEqualTo("50000 100000");
        assertThat(Integer.parseInt(file(container, "cpu.weight"))).isBetween(1, 99);
        assertThat(file(container, "cpuset.cpus")).isEqualTo("0-1");
        assertThat(file(container, "memory.max")).isEqualTo(Long.toString(64 * MEBIBYTE));
        assertThat(file(container, "memory.swap.max")).isEqualTo(Long.toString(32 * MEBIBYTE));
        assertThat(file(container, "hugetlb.2MB.max")).isEqualTo(Long.toString(4 * MEBIBYTE));
        assertThat(file(container, "pids.max")).isEqualTo("77");
        assertThat(file(container, "memory.low")).isEqualTo("1048576");
        LinuxContainerResources reported = container.status().getResources().getLinux();
        assertThat(reported.getCpuQuota()).isEqualTo(50_000);
        assertThat(reported.getMemoryLimitInBytes()).isEqualTo(64 * MEBIBYTE);
    }

    @Test
    void limitsCanBeChangedWhileItRuns() {
        PodContainer container = plan().resources(resources -> resources.setMemoryLimitInBytes(64 * MEBIBYTE))
                .start();
        NODE.client()
                .runtime()
                .updateContainerResources(UpdateContainerResourcesRequest.newBuilder()
                        .setContainerId(container.id())
                        .setLinux(LinuxContainerResources.newBuilder()
                                .setMemoryLimitInBytes(128 * MEBIBYTE)
                                .setCpuPeriod(100_000)
                                .setCpuQuota(20_000))
                        .build());
        assertThat(file(container, "memory.max")).isEqualTo(Long.toString(128 * MEBIBYTE));
        assertThat(file(container, "cpu.max")).isEqualTo("20000 100000");
        LinuxContainerResources reported = container.status().getResources().getLinux();
        assertThat(reported.getMemoryLimitInBytes()).isEqualTo(128 * MEBIBYTE);
        assertThat(reported.getCpuQuota()).isEqualTo(20_000);
    }

    @Test
    void aLimitHoldsWhereSomebodyHasTakenItsControllerBackFromThePod() throws IOException {
        Pod pod = NODE.pod("reloaded").run();
        Path passedOn = Path.of("/sys/fs/cgroup/berth", pod.id(), "cgroup.subtree_control");
        Files.writeString(passedOn, "-memory");
        assertThat(Files.readString(passedOn)).doesNotContain("memory");
        PodContainer container = pod.container("main", NODE.busybox())
                .command("sleep", "1000")
                .resources(resources -> resources.setMemoryLimitInBytes(64 * MEBIBYTE))
                .start();
        assertThat(file(container, "memory.max")).isEqualTo(Long.toString(64 * MEBIBYTE));
    }

    @Test
    void aContainerThatTakesTooMuchMemoryIsReportedAsKilledForIt() {
        PodContainer container = NODE.pod("greedy")
                .run()
                .container("main", NODE.busybox())
                .script("head -c 200000000 /dev/zero | tail -c 100000000 > /dev/null; exit 9")
                .resources(resources ->
                        resources.setMemoryLimitInBytes(16 * MEBIBYTE).putUnified("memory.oom.group", "1"))
                .start();
        ContainerStatus status = container.awaitExit();
        assertThat(status.getReason()).isEqualTo("OOMKilled");
        assertThat(status.getExitCode()).isEqualTo(137);
    }

    @Test
    void statisticsCountWhatTheKernelCounts() {
        PodContainer container = plan().start();
        container.shell("head -c 8000000 /dev/zero > /dev/shm/file; i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done");
        ContainerStats statistics = container.statistics();
        assertThat(statistics.getCpu().getUsageCoreNanoSeconds().getValue()).isPositive();
        assertThat(statistics.getMemory().getUsageBytes().getValue()).isGreaterThan(8_000_000);
        assertThat(statistics.getMemory().getWorkingSetBytes().getValue()).isPositive();
    }
}
