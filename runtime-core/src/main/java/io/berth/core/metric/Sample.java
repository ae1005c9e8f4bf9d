package io.berth.core.metric;

import io.berth.core.Immutable;
import java.util.List;

/**
 * One value of a metric.
 *
 * @param labels values of {@link PodMetric#labels}, in that order
 * @param value not negative
 */
public record Sample(PodMetric metric, List<String> labels, long value) {
    public Sample {
        labels = Immutable.list(labels);
    }
}
