package io.berth.imagefs.pull;

import io.berth.imagefs.PullStatistics;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Counts pulls. Any thread. */
final class PullCounters {
    private final LongAdder started = new LongAdder();
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder layerBytes = new LongAdder();
    private final LongAdder nanoseconds = new LongAdder();

    /** Counts one pull, whatever becomes of it. */
    <T> T count(Supplier<T> pull) {
        started.increment();
        long start = System.nanoTime();
        boolean done = false;
        try {
            T result = pull.get();
            done = true;
            return result;
        } finally {
            nanoseconds.add(System.nanoTime() - start);
            (done ? succeeded : failed).increment();
        }
    }

    /** A layer has come. */
    void layer(long bytes) {
        layerBytes.add(bytes);
    }

    PullStatistics now() {
        long done = succeeded.sum();
        long broken = failed.sum();
        return new PullStatistics(
                Math.max(0, started.sum() - done - broken), done, broken, layerBytes.sum(), nanoseconds.sum());
    }
}
