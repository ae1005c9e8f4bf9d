package io.berth.core.lifecycle;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.metric.MetricsReader;
import io.berth.core.metric.PodMetrics;
import io.berth.core.sandbox.SandboxState;
import io.berth.kernel.SystemCalls;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The metrics of every pod that is up. */
final class PodMetricsReader implements AutoCloseable {
    private final Parts parts;
    private final StatisticsReader statistics;
    private final MetricsReader reader;

    PodMetricsReader(Parts parts, StatisticsReader statistics) {
        this.parts = parts;
        this.statistics = statistics;
        this.reader = new MetricsReader(
                statistics.cgroups(), SystemCalls.real(), parts.images()::lastSnapshotUsage, this::runningCgroups);
    }

    List<PodMetrics> read() {
        MetricsReader.Answer answer = reader.answer(parts.images().root(), statistics.traffic());
        Map<String, List<Container>> containers = statistics.containersBySandbox();
        return parts.sandboxes().all().stream()
                .map(SandboxEntry::sandbox)
                .filter(sandbox -> sandbox.state() == SandboxState.READY)
                .map(sandbox -> answer.of(sandbox, containers.getOrDefault(sandbox.id(), List.of())))
                .toList();
    }

    private Set<String> runningCgroups() {
        return parts.containers().all().stream()
                .map(ContainerEntry::container)
                .filter(container -> container.state() instanceof ContainerState.Running)
                .map(Container::cgroupPath)
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void close() {
        reader.close();
    }
}
