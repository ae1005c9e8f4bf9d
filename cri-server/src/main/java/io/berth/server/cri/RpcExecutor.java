package io.berth.server.cri;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bounded pool of threads {@code rpc-N} for calls that wait. An idle thread is used before a new one is made, and a
 * call waits in the queue only when the most threads are busy. Platform threads: the kernel and database calls below
 * would pin the carriers of virtual ones.
 */
public final class RpcExecutor implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;
    private static final long STACK_BYTES = 512 << 10;

    /** Longer than the work of a call on a busy machine, and short beside what a call may wait for. */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    private final ThreadPoolExecutor pool;
    private final Turns turns;

    public RpcExecutor(int threads, int queued) {
        AtomicInteger number = new AtomicInteger();
        HandOverQueue queue = new HandOverQueue();
        pool = new ThreadPoolExecutor(
                0,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                queue,
                task -> {
                    Thread thread = new Thread(null, task, "rpc-" + number.incrementAndGet(), STACK_BYTES);
                    thread.setDaemon(true);
                    return thread;
                },
                (task, full) -> {
                    if (full.isShutdown() || queue.size() >= queued) {
                        throw new RejectedExecutionException();
                    }
                    queue.put(task);
                });
        turns = new Turns(pool, Runtime.getRuntime().availableProcessors() + 1, queued, PATIENCE);
    }

    /** @throws RejectedExecutionException when every thread is busy and the queue is full, or after {@link #close} */
    void execute(Runnable task) {
        pool.execute(task);
    }

    /**
     * A task that waits until a processor is there for it: one more than processors run, as each waits now and then.
     */
    Turns.Turn turn(Runnable task) {
        return turns.of(task);
    }

    /** Takes no more calls, and interrupts those that run. */
    @Override
    public void close() {
        turns.close();
        pool.shutdownNow();
    }
}
