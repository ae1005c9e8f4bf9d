package io.berth.imagefs.layers;

import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Has the disk begin on what is being written, on a thread of its own: the kernel would leave a gigabyte in memory
 * until somebody waits for it. Any thread.
 */
final class EarlySync implements AutoCloseable {
    private static final long ENOUGH = 96 << 20;
    private static final long CLOSE_SECONDS = 10;

    private final SystemCalls calls;
    private final Descriptor directory;
    private final AtomicLong waiting = new AtomicLong();
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("image-sync").factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    /**
     * Prepares.
     *
     * @param directory on the file system in question; stays the caller's
     */
    EarlySync(SystemCalls calls, Descriptor directory) {
        this.calls = calls;
        this.directory = directory;
    }

    /** Tells that so many bytes have been written. */
    void wrote(long bytes) {
        long sum = waiting.addAndGet(bytes);
        if (sum >= ENOUGH && waiting.compareAndSet(sum, 0)) {
            thread.execute(this::sync);
        }
    }

    /** By a file description of its own: each is told once of what could not be written, and nobody listens here. */
    private void sync() {
        try (Descriptor own = calls.openat2(directory, ".", OpenHow.directory())) {
            calls.syncfs(own);
        } catch (SystemCallException _) {
            // whoever needs the files to be on the disk syncs again, and is told
        }
    }

    @Override
    public void close() {
        thread.shutdown();
        try {
            thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
