package io.berth.core.statistics;

import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** How fast processor time is used: the difference to the last sample that is at least a second old. Any thread. */
final class CpuRates {
    private static final long LEAST_NANOSECONDS = 1_000_000_000L;

    private final ConcurrentMap<String, Sample> samples = new ConcurrentHashMap<>();

    private record Sample(
            long timestamp, long usage, @Nullable Long rate) {}

    /** Nanoseconds of processor time a second; null with the first sample. */
    @Nullable
    Long of(String path, long timestamp, long usage) {
        Sample sample = samples.compute(path, (key, before) -> {
            if (before == null) {
                return new Sample(timestamp, usage, null);
            }
            long elapsed = timestamp - before.timestamp();
            if (elapsed < LEAST_NANOSECONDS) {
                return before;
            }
            double perSecond = (double) Math.max(0, usage - before.usage()) * 1e9 / (double) elapsed;
            return new Sample(timestamp, usage, (long) perSecond);
        });
        return sample.rate();
    }

    void retain(Collection<String> paths) {
        samples.keySet().retainAll(paths);
    }
}
