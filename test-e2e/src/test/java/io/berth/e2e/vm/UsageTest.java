package io.berth.e2e.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ContainerMetrics;
import io.berth.proto.cri.v1.ContainerStats;
import io.berth.proto.cri.v1.ListPodSandboxMetricsRequest;
import io.berth.proto.cri.v1.Metric;
import io.berth.proto.cri.v1.PodSandboxStats;
import io.berth.proto.cri.v1.PodSandboxStatsRequest;
import io.berth.proto.cri.v1.UInt64Value;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Statistics and pod metrics where every controller counts. */
@Tag("vm")
class UsageTest {
    private static final long MEBIBYTE = 1L << 20;
    // To the disk past the cache: a writable layer is written back when the kernel likes, whatever asks for it.
    private static final String CHURN = "head -c 8000000 /dev/zero > /dev/shm/file;"
            + " dd if=/dev/zero of=/written bs=1M count=4 oflag=direct 2>/dev/null;"
            + " i=0; while [ $i -lt 3000 ]; do i=$((i+1)); done";

    @RegisterExtension
    static final Node NODE =
            Node.with(config -> config.with("cgroup", "missing_controllers", DaemonConfig.text("refuse")));

    private static PodContainer start(Pod pod) {
        PodContainer container = pod.container("main", NODE.busybox())
                .command("sleep", "1000")
                .resources(limits -> limits.setCpuPeriod(10_000)
                        .setCpuQuota(8_000)
                        .setMemoryLimitInBytes(96 * MEBIBYTE)
                        .setMemorySwapLimitInBytes(96 * MEBIBYTE)
                        .putUnified("pids.max", "44"))
                .start();
        container.shell(CHURN);
        return container;
    }

    private static Map<String, Long> metrics(PodContainer container) {
        return NODE
                .client()
                .runtime()
                .listPodSandboxMetrics(ListPodSandboxMetricsRequest.getDefaultInstance())
                .getPodMetricsList()
                .stream()
                .flatMap(pod -> pod.getContainerMetricsList().stream())
                .filter(each -> each.getContainerId().equals(container.id()))
                .map(ContainerMetrics::getMetricsList)
                .flatMap(List::stream)
                .collect(Collectors.toMap(
                        Metric::getName, metric -> metric.getValue().getValue(), Math::max));
    }

    private static long layerBytes(PodContainer container) {
        return container.statistics().getWritableLayer().getUsedBytes().getValue();
    }

    @Test
    void statisticsOfAContainerHaveEveryPart() {
        PodContainer container = start(NODE.pod("used").run());
        ContainerStats statistics = container.statistics();
        assertThat(statistics.getCpu().getUsageCoreNanoSeconds().getValue()).isPositive();
        assertThat(statistics.getCpu().hasPsi()).isTrue();
        assertThat(statistics.getMemory().getUsageBytes().getValue()).isBetween(8_000_000L, 96 * MEBIBYTE);
        long workingSet = statistics.getMemory().getWorkingSetBytes().getValue();
        assertThat(workingSet).isBetween(8_000_000L, 96 * MEBIBYTE);
        assertThat(statistics.getMemory().getAvailableBytes().getValue()).isEqualTo(96 * MEBIBYTE - workingSet);
        assertThat(statistics.getMemory().getRssBytes().getValue()).isPositive();
        assertThat(statistics.getMemory().getPageFaults().getValue()).isPositive();
        assertThat(statistics.getMemory().hasPsi()).isTrue();
        assertThat(statistics.getSwap().getSwapUsageBytes()).isEqualTo(UInt64Value.getDefaultInstance());
        assertThat(statistics.getIo().hasPsi()).isTrue();
        // A layer's count may be a second old.
        Waiting.until("the layer to be counted", () -> layerBytes(container) >= 4 * MEBIBYTE);
        assertThat(layerBytes(container)).isLessThan(5 * MEBIBYTE);
    }

    @Test
    void statisticsOfAPodCountItsContainers() {
        Pod pod = NODE.pod("used").run();
        long container =
                start(pod).statistics().getCpu().getUsageCoreNanoSeconds().getValue();
        PodSandboxStats statistics = NODE.client()
                .runtime()
                .podSandboxStats(PodSandboxStatsRequest.newBuilder()
                        .setPodSandboxId(pod.id())
                        .build())
                .getStats();
        assertThat(statistics.getLinux().getCpu().getUsageCoreNanoSeconds().getValue())
                .isGreaterThanOrEqualTo(container);
        assertThat(statistics.getLinux().getMemory().getUsageBytes().getValue()).isGreaterThan(8_000_000);
        assertThat(statistics.getLinux().getProcess().getProcessCount().getValue())
                .isPositive();
        assertThat(statistics.getLinux().getContainersCount()).isEqualTo(1);
    }

    @Test
    void metricsTellLimitsAndWhatTheControllersCounted() {
        Map<String, Long> metrics = metrics(start(NODE.pod("used").run()));
        assertThat(metrics)
                .containsEntry("container_spec_memory_limit_bytes", 96 * MEBIBYTE)
                .containsEntry("container_spec_cpu_quota", 8_000L)
                .containsEntry("container_spec_cpu_period", 10_000L)
                .containsEntry("container_threads_max", 44L)
                .containsEntry("container_processes", 1L)
                .containsEntry("container_oom_events_total", 0L)
                .containsEntry("container_hugetlb_usage_bytes", 0L)
                .containsKeys(
                        "container_cpu_cfs_throttled_periods_total",
                        "container_pressure_cpu_waiting_seconds_total",
                        "container_pressure_memory_stalled_seconds_total",
                        "container_pressure_io_waiting_seconds_total");
        assertThat(metrics.get("container_memory_usage_bytes")).isBetween(8_000_000L, 96 * MEBIBYTE);
        assertThat(metrics.get("container_memory_max_usage_bytes"))
                .isGreaterThanOrEqualTo(metrics.get("container_memory_working_set_bytes"));
        assertThat(metrics.get("container_cpu_cfs_periods_total")).isPositive();
        assertThat(metrics.get("container_fs_writes_bytes_total")).isGreaterThanOrEqualTo(4 * MEBIBYTE);
    }

    @Test
    void aProcessThatIsKilledForMemoryIsCountedWhileItsContainerRunsOn() {
        PodContainer container = start(NODE.pod("used").run());
        // The shell, not its child, is to answer: tail keeps all that it reads without a line's end.
        String code = container.shell("head -c 200000000 /dev/zero | tail -c 150000000 > /dev/null; echo $?");
        assertThat(code).isEqualTo("137");
        assertThat(metrics(container).get("container_oom_events_total")).isPositive();
        assertThat(container.exec("echo", "alive")).isEqualTo("alive");
    }
}
