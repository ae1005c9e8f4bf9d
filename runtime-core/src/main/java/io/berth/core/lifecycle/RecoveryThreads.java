package io.berth.core.lifecycle;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start's work with shims, side by side. What takes longer than the start may wait (a shim that does not answer)
 * goes on after it.
 */
final class RecoveryThreads implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(RecoveryThreads.class);
    private static final int THREADS = 8;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    // The queue's bound is what an earlier daemon has left.
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("recovery-", 1).factory());

    void run(Runnable task) {
        threads.execute(task);
    }

    /** Waits for all that was given, two seconds at most. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.warn(
                        "{} sandboxes or remains of them are still being seen to; requests for them wait",
                        threads.getQueue().size() + threads.getActiveCount());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
