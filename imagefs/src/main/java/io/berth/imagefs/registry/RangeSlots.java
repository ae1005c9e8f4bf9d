package io.berth.imagefs.registry;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the ranges of blobs that come ahead of their reader may take, over all pulls: so many at once, each with memory
 * for its bytes (outside of the heap) and a thread. Nothing of it is there while nobody wants any. Any thread.
 */
final class RangeSlots implements AutoCloseable {
    /** The bytes of a range: enough that asking for it is not what takes the time, and few enough to hold in memory. */
    static final int SIZE = 2 << 20;

    /** Bounds memory to 16 MiB. */
    static final int MOST = 8;

    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final Deque<ByteBuffer> idle = new ArrayDeque<>();
    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            MOST,
            MOST,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST),
            Thread.ofPlatform().daemon().name("image-range-", 0).factory());
    private int taken;

    RangeSlots() {
        threads.allowCoreThreadTimeOut(true);
    }

    /** Memory for a range, which its owner gives back; null where all is taken, or this is closed. */
    synchronized @Nullable ByteBuffer take() {
        if (taken == MOST || threads.isShutdown()) {
            return null;
        }
        taken++;
        ByteBuffer buffer = idle.poll();
        return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer.clear();
    }

    /** Gives memory back, which nobody may use any more. */
    synchronized void giveBack(ByteBuffer buffer) {
        taken--;
        idle.push(buffer);
        if (taken == 0) {
            idle.clear();
        }
    }

    /** Runs what fills memory that was taken. */
    void run(Runnable task) {
        threads.execute(task);
    }

    /** How many are taken. */
    synchronized int taken() {
        return taken;
    }

    /** Waits a moment for the end of what runs, whose connections have been closed. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            threads.awaitTermination(CLOSING.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
