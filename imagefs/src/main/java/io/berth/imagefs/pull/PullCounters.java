package io.berth.imagefs.pull;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.PullStatistics;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts pulls. Any thread. */
final class PullCounters {
    private static final double NANOSECONDS = 1e9;

    private final LongAdder started = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final Map<ImageException.Kind, LongAdder> failures = new EnumMap<>(ImageException.Kind.class);
    private final LongAdder layerBytes = new LongAdder();
    private final LongAdder nanoseconds = new LongAdder();
    private final List<LongAdder> durations = new ArrayList<>();

    PullCounters() {
        for (ImageException.Kind kind : ImageException.Kind.values()) {
            failures.put(kind, new LongAdder());
        }
        for (int i = 0; i <= PullStatistics.BOUNDS.size(); i++) {
            durations.add(new LongAdder());
        }
    }

    /** Counts one pull, whatever becomes of it. */
    <T> T count(Supplier<T> pull) {
        started.increment();
        long start = System.nanoTime();
        LongAdder result = failure(ImageException.Kind.STORAGE);
        try {
            T outcome = pull.get();
            result = succeeded;
            return outcome;
        } catch (ImageException e) {
            // What fails because it was interrupted says all sorts of things.
            result = failure(Thread.currentThread().isInterrupted() ? ImageException.Kind.CANCELLED : e.kind());
            throw e;
        } finally {
            ended(System.nanoTime() - start);
            result.increment();
        }
    }

    /** Bytes of a layer have come. */
    void came(long bytes) {
        layerBytes.add(bytes);
    }

    private LongAdder failure(ImageException.Kind kind) {
        return failures.getOrDefault(kind, succeeded);
    }

    private void ended(long took) {
        nanoseconds.add(took);
        int bucket = 0;
        while (bucket < PullStatistics.BOUNDS.size() && took / NANOSECONDS > PullStatistics.BOUNDS.get(bucket)) {
            bucket++;
        }
        durations.get(bucket).increment();
    }

    PullStatistics now() {
        long done = succeeded.sum();
        Map<ImageException.Kind, Long> broken = new EnumMap<>(ImageException.Kind.class);
        failures.forEach((kind, count) -> {
            if (count.sum() > 0) {
                broken.put(kind, count.sum());
            }
        });
        long ended = done + broken.values().stream().mapToLong(Long::longValue).sum();
        return new PullStatistics(
                Math.max(0, started.sum() - ended),
                done,
                broken,
                layerBytes.sum(),
                nanoseconds.sum(),
                durations.stream().map(LongAdder::sum).toList());
    }
}
