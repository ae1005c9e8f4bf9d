package io.berth.core.statistics;

import io.berth.core.Immutable;
import io.berth.core.sandbox.Sandbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox uses, its containers included.
 *
 * @param timestamp nanoseconds since the epoch
 * @param network null for host-network pods
 * @param processCount null when the pod is stopped
 */
public record SandboxStatistics(
        Sandbox sandbox,
        long timestamp,
        @Nullable CpuUsage cpu,
        @Nullable MemoryUsage memory,
        @Nullable IoUsage io,
        @Nullable NetworkUsage network,
        @Nullable Long processCount,
        List<ContainerStatistics> containers) {
    public SandboxStatistics {
        containers = Immutable.list(containers);
    }
}
