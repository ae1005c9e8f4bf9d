package io.berth.core.metric;

import io.berth.core.statistics.KernelText;
import java.util.ArrayList;
import java.util.List;

/** Values on their way to an answer. What is not known is left out. For one thread. */
final class Samples {
    private static final long MICROSECONDS = 1_000_000;

    private final List<Sample> samples = new ArrayList<>();

    /** Adds a value unless it is {@link KernelText#NONE}. */
    void add(PodMetric metric, long value, String... labels) {
        if (value >= 0) {
            samples.add(new Sample(metric, List.of(labels), value));
        }
    }

    /** As {@link #add}, in whole seconds. */
    void addMicroseconds(PodMetric metric, long microseconds, String... labels) {
        if (microseconds >= 0) {
            add(metric, microseconds / MICROSECONDS, labels);
        }
    }

    List<Sample> all() {
        return samples;
    }
}
