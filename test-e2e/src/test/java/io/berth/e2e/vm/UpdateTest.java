package io.berth.e2e.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.node.LockedStore;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.HugepageLimit;
import io.berth.proto.cri.v1.LinuxContainerResources;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** UpdateContainerResources as the kernel has it afterwards. */
@Tag("vm")
class UpdateTest {
    private static final long MEBIBYTE = 1L << 20;
    private static final String FILES = "cd /sys/fs/cgroup && grep -H . cpu.max cpu.weight cpuset.cpus.effective"
            + " cpuset.mems.effective memory.max memory.swap.max memory.high memory.oom.group hugetlb.2MB.max"
            + " hugetlb.2MB.rsvd.max pids.max /proc/1/oom_score_adj";

    @RegisterExtension
    static final Node NODE =
            Node.with(config -> config.with("cgroup", "missing_controllers", DaemonConfig.text("refuse")));

    private static ContainerPlan plan() {
        return NODE.pod("updated").run().container("main", NODE.busybox()).command("sleep", "1000");
    }

    private static void everything(LinuxContainerResources.Builder limits) {
        limits.setCpuShares(2048)
                .setCpuPeriod(50_000)
                .setCpuQuota(25_000)
                .setCpusetCpus("0")
                .setCpusetMems("0")
                .setMemoryLimitInBytes(128 * MEBIBYTE)
                .setMemorySwapLimitInBytes(160 * MEBIBYTE)
                .addHugepageLimits(HugepageLimit.newBuilder().setPageSize("2MB").setLimit(6 * MEBIBYTE))
                .putUnified("pids.max", "55")
                .putUnified("memory.high", Long.toString(120 * MEBIBYTE))
                .putUnified("memory.oom.group", "1")
                .setOomScoreAdj(600);
    }

    private static void assertEverythingStands(PodContainer container) {
        assertThat(container.shell(FILES).lines())
                .contains(
                        "cpu.max:25000 50000",
                        "cpuset.cpus.effective:0",
                        "cpuset.mems.effective:0",
                        "memory.max:" + 128 * MEBIBYTE,
                        "memory.swap.max:" + 32 * MEBIBYTE,
                        "memory.high:" + 120 * MEBIBYTE,
                        "memory.oom.group:1",
                        "hugetlb.2MB.max:" + 6 * MEBIBYTE,
                        "hugetlb.2MB.rsvd.max:" + 6 * MEBIBYTE,
                        "pids.max:55",
                        "/proc/1/oom_score_adj:600");
        assertThat(Integer.parseInt(container.exec("cat", "/sys/fs/cgroup/cpu.weight")))
                .isBetween(101, 400);
        LinuxContainerResources.Builder expected = LinuxContainerResources.newBuilder();
        everything(expected);
        assertThat(container.status().getResources().getLinux()).isEqualTo(expected.build());
    }

    @Test
    void everyFieldIsAppliedAndOutlivesTheDaemon() {
        PodContainer container = plan().start().update(UpdateTest::everything);
        assertEverythingStands(container);
        NODE.daemon().kill();
        NODE.daemon().start();
        assertEverythingStands(container);
    }

    @Test
    void aContainerThatWasUpdatedBeforeItsStartStartsSoUnderTheNextDaemon() {
        PodContainer container = plan().create().update(UpdateTest::everything);
        NODE.daemon().kill();
        NODE.daemon().start();
        assertEverythingStands(container.start());
    }

    @Test
    void anUpdateThatTheKernelRefusesLeavesAllAsItWas() {
        PodContainer container = plan().start();
        String before = container.shell(FILES);
        // There is no weight of 0. It is lower than what stands there, so it comes after most of the others.
        Refusal.of(() -> container.update(limits -> {
                    everything(limits);
                    limits.clearUnified().putUnified("cpu.weight", "0");
                }))
                .is(Code.INVALID_ARGUMENT)
                .saying("cpu.weight");
        assertThat(container.shell(FILES)).isEqualTo(before);
        assertThat(container.status().getResources().getLinux())
                .isEqualTo(LinuxContainerResources.getDefaultInstance());
    }

    @Test
    void anUpdateThatCannotBeRecordedLeavesAllAsItWas() {
        PodContainer container = plan().start();
        String before = container.shell(FILES);
        try (LockedStore _ = LockedStore.of(NODE)) {
            assertThatThrownBy(() -> container.update(UpdateTest::everything))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("recording the container");
        }
        assertThat(container.shell(FILES)).isEqualTo(before);
        assertThat(container.status().getResources().getLinux())
                .isEqualTo(LinuxContainerResources.getDefaultInstance());
    }

    @Test
    void limitsAreRaisedAndLoweredAndTakenAway() {
        PodContainer container = plan().resources(
                        limits -> limits.setMemoryLimitInBytes(64 * MEBIBYTE).setMemorySwapLimitInBytes(96 * MEBIBYTE))
                .start();
        container.update(
                limits -> limits.setMemoryLimitInBytes(32 * MEBIBYTE).setMemorySwapLimitInBytes(132 * MEBIBYTE));
        assertThat(container.shell(FILES)).contains("memory.max:" + 32 * MEBIBYTE, "memory.swap.max:" + 100 * MEBIBYTE);
        container.update(
                limits -> limits.setMemoryLimitInBytes(256 * MEBIBYTE).setMemorySwapLimitInBytes(256 * MEBIBYTE));
        assertThat(container.shell(FILES)).contains("memory.max:" + 256 * MEBIBYTE, "memory.swap.max:0");
        container.update(limits -> limits.setMemoryLimitInBytes(-1).setCpuQuota(-1));
        assertThat(container.shell(FILES)).contains("memory.max:max", "memory.swap.max:max", "cpu.max:max 100000");
    }
}
