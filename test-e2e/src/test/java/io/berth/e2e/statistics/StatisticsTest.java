package io.berth.e2e.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ContainerStats;
import io.berth.proto.cri.v1.ContainerStatsFilter;
import io.berth.proto.cri.v1.ContainerStatsRequest;
import io.berth.proto.cri.v1.LinuxPodSandboxStats;
import io.berth.proto.cri.v1.ListContainerStatsRequest;
import io.berth.proto.cri.v1.ListPodSandboxStatsRequest;
import io.berth.proto.cri.v1.NetworkInterfaceUsage;
import io.berth.proto.cri.v1.PodSandboxStats;
import io.berth.proto.cri.v1.PodSandboxStatsFilter;
import io.berth.proto.cri.v1.PodSandboxStatsRequest;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Figures that need no controller are true; those that need one are there if the machine has it, and never 0 instead.
 */
class StatisticsTest {
    private static final long MEBIBYTE = 1L << 20;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static PodContainer sleeping(Pod pod, String name) {
        return pod.container(name, NODE.busybox())
                .command("sleep", "1000")
                .with(config -> config.putLabels("role", name))
                .start();
    }

    private static LinuxPodSandboxStats statistics(Pod pod) {
        return NODE.client()
                .runtime()
                .podSandboxStats(PodSandboxStatsRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .build())
                .getStats()
                .getLinux();
    }

    private static List<String> listed(ContainerStatsFilter.Builder filter) {
        return NODE
                .client()
                .runtime()
                .listContainerStats(
                        ListContainerStatsRequest.newBuilder().setFilter(filter).build())
                .getStatsList()
                .stream()
                .map(each -> each.getAttributes().getId())
                .toList();
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000;
    }

    @Test
    void processorTimeIsWhatTheCgroupCounted() {
        PodContainer container = sleeping(NODE.pod("busy").run(), "main");
        long idle = container.statistics().getCpu().getUsageCoreNanoSeconds().getValue();
        container.shell("i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done");
        long before = counted(container);
        long told = container.statistics().getCpu().getUsageCoreNanoSeconds().getValue();
        assertThat(told).isBetween(before, counted(container)).isGreaterThan(idle + 10_000_000);
    }

    private static long counted(PodContainer container) {
        return container
                .exec("cat", "/sys/fs/cgroup/cpu.stat")
                .lines()
                .filter(line -> line.startsWith("usage_usec "))
                .mapToLong(line -> 1000 * Long.parseLong(line.substring("usage_usec ".length())))
                .sum();
    }

    @Test
    void timestampsAreOfTheMomentOfTheQuestion() {
        PodContainer container = sleeping(NODE.pod("timed").run(), "main");
        long before = now();
        ContainerStats statistics = container.statistics();
        long after = now() + 1_000_000;
        assertThat(statistics.getCpu().getTimestamp()).isBetween(before, after);
        assertThat(container.statistics().getCpu().getTimestamp())
                .isGreaterThan(statistics.getCpu().getTimestamp());
    }

    @Test
    void theWritableLayerIsWhatTheContainerWrote() {
        PodContainer container = sleeping(NODE.pod("writing").run(), "main");
        long emptyInodes =
                container.statistics().getWritableLayer().getInodesUsed().getValue();
        container.shell("mkdir /d && dd if=/dev/zero of=/d/a bs=1M count=3 2>/dev/null && echo b > /d/b");
        container.shell("dd if=/dev/zero of=/dev/shm/elsewhere bs=1M count=5 2>/dev/null");
        // A count is good for a second.
        ContainerStats statistics = Waiting.untilPresent(
                "a count of the larger layer",
                () -> Optional.of(container.statistics())
                        .filter(each -> each.getWritableLayer().getUsedBytes().getValue() > MEBIBYTE));
        assertThat(statistics.getWritableLayer().getUsedBytes().getValue())
                .isBetween(3 * MEBIBYTE, 3 * MEBIBYTE + 200_000);
        assertThat(statistics.getWritableLayer().getInodesUsed().getValue()).isEqualTo(emptyInodes + 3);
        assertThat(statistics.getWritableLayer().getTimestamp()).isPositive();
        assertThat(Path.of(statistics.getWritableLayer().getFsId().getMountpoint()))
                .isDirectory();
    }

    @Test
    void whatTheMachineDoesNotCountIsAbsent() throws IOException {
        ContainerStats statistics = sleeping(NODE.pod("lacking").run(), "main").statistics();
        String controllers = Files.readString(Path.of("/sys/fs/cgroup/cgroup.controllers"));
        // Without the controller it is the sum of the processes, which knows no limit and no swap.
        assertThat(statistics.getMemory().getUsageBytes().getValue()).isPositive();
        assertThat(statistics.getMemory().hasAvailableBytes()).isFalse();
        assertThat(statistics.getSwap().hasSwapUsageBytes()).isEqualTo(controllers.contains("memory"));
        assertThat(statistics.getCpu().hasPsi()).isEqualTo(Files.exists(Path.of("/proc/pressure/cpu")));
        assertThat(statistics.getCpu().hasUsageCoreNanoSeconds()).isTrue();
    }

    @Test
    void trafficIsCountedInBothDirections() {
        Pod pod = NODE.pod("talking").run();
        PodContainer container = sleeping(pod, "main");
        NetworkInterfaceUsage before = statistics(pod).getNetwork().getDefaultInterface();
        String gateway = container.shell("ip route | sed -n 's/^default via \\([0-9.]*\\).*/\\1/p'");
        container.exec("ping", "-c", "5", "-i", "0.05", "-s", "1000", "-W", "5", gateway);
        NetworkInterfaceUsage after = statistics(pod).getNetwork().getDefaultInterface();
        assertThat(after.getName()).isEqualTo("eth0");
        assertThat(after.getTxBytes().getValue() - before.getTxBytes().getValue())
                .isBetween(5_000L, 20_000L);
        assertThat(after.getRxBytes().getValue() - before.getRxBytes().getValue())
                .isBetween(5_000L, 20_000L);
        assertThat(after.getTxErrors().getValue()).isZero();
    }

    @Test
    void listsAreNarrowedByContainerPodAndLabel() {
        Pod first = NODE.pod("first").run();
        Pod second = NODE.pod("second").run();
        PodContainer a = sleeping(first, "a");
        PodContainer b = sleeping(first, "b");
        PodContainer c = sleeping(second, "a");
        assertThat(listed(ContainerStatsFilter.newBuilder())).containsExactlyInAnyOrder(a.id(), b.id(), c.id());
        assertThat(listed(ContainerStatsFilter.newBuilder().setId(b.id()))).containsExactly(b.id());
        assertThat(listed(ContainerStatsFilter.newBuilder().setPodSandboxId(first.id())))
                .containsExactlyInAnyOrder(a.id(), b.id());
        assertThat(listed(ContainerStatsFilter.newBuilder().putLabelSelector("role", "a")))
                .containsExactlyInAnyOrder(a.id(), c.id());
        List<PodSandboxStats> pods = NODE.client()
                .runtime()
                .listPodSandboxStats(ListPodSandboxStatsRequest.newBuilder()
                        .setFilter(PodSandboxStatsFilter.newBuilder().setId(second.id()))
                        .build())
                .getStatsList();
        assertThat(pods).hasSize(1);
        assertThat(pods.getFirst().getLinux().getContainersList())
                .extracting(each -> each.getAttributes().getId())
                .containsExactly(c.id());
    }

    @Test
    void whoAsksForAContainerThatIsNotThereIsTold() {
        Refusal.of(() -> NODE.client()
                        .runtime()
                        .containerStats(ContainerStatsRequest.newBuilder()
                                .setContainerId("nobody")
                                .build()))
                .is(Code.NOT_FOUND)
                .saying("nobody");
    }
}
