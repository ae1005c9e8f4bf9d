package io.berth.core.metric;

import io.berth.core.Immutable;
import io.berth.core.container.Container;
import java.util.List;

/**
 * What is measured of a running container.
 *
 * @param timestamp nanoseconds since the epoch
 */
public record ContainerMetrics(Container container, long timestamp, List<Sample> samples) {
    public ContainerMetrics {
        samples = Immutable.list(samples);
    }
}
