package io.berth.core.metric;

import io.berth.core.Immutable;
import io.berth.core.sandbox.Sandbox;
import java.util.List;

/**
 * What is measured of a pod that is up, and of its running containers.
 *
 * @param timestamp nanoseconds since the epoch
 * @param samples of the pod as a whole: its cgroup, its network
 */
public record PodMetrics(Sandbox sandbox, long timestamp, List<Sample> samples, List<ContainerMetrics> containers) {
    public PodMetrics {
        samples = Immutable.list(samples);
        containers = Immutable.list(containers);
    }
}
