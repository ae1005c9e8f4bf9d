package io.berth.imagefs;

import java.util.List;
import java.util.Map;

/**
 * What a store has fetched since it was opened.
 *
 * @param running pulls and imports under way
 * @param succeeded that ended well
 * @param failures those that did not, by why; kinds that never were are left out
 * @param layerBytes of layers that have come (compressed), of failed pulls as well
 * @param nanoseconds of all that have ended, together
 * @param durations how many took no longer than each of {@link #BOUNDS} and longer than the one before; one more for
 *     those beyond the last
 */
public record PullStatistics(
        long running,
        long succeeded,
        Map<ImageException.Kind, Long> failures,
        long layerBytes,
        long nanoseconds,
        List<Long> durations) {
    /** Upper ends of {@link #durations}, seconds. */
    public static final List<Double> BOUNDS = List.of(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0);

    public PullStatistics {
        failures = Map.copyOf(failures);
        durations = List.copyOf(durations);
    }

    /** Pulls that did not end well, whatever the reason. */
    public long failed() {
        return failures.values().stream().mapToLong(Long::longValue).sum();
    }
}
