package io.berth.server.cri;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets work that keeps processors busy begin in the order in which it came, a few pieces at a time: a hundred side by
 * side would be done no sooner, and hold up all else. Who waits needs no thread. Work that takes longer than the
 * patience waits for something itself: it goes on, and the next may begin. Any thread.
 */
final class Turns implements AutoCloseable {
    private static final long STACK_BYTES = 256 << 10;
    private static final long IDLE_SECONDS = 10;

    private final Executor executor;
    private final int places;
    private final int queued;
    private final Duration patience;
    private final Deque<Turn> waiting = new ArrayDeque<>();
    private final List<Turn> running = new ArrayList<>();
    private final ScheduledThreadPoolExecutor clock;
    private boolean watched;

    /**
     * Turns on the threads of an executor.
     *
     * @param places how many pieces of work run at a time
     * @param queued how many wait, at most
     * @param patience after which work gives up its place
     */
    Turns(Executor executor, int places, int queued, Duration patience) {
        this.executor = executor;
        this.places = places;
        this.queued = queued;
        this.patience = patience;
        clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(null, task, "rpc-turns", STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        });
        clock.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
    }

    /** One piece of work; it throws nothing. */
    final class Turn {
        private final Runnable work;
        private long start;

        private Turn(Runnable work) {
            this.work = work;
        }

        /** Begins, or waits until it may. @throws RejectedExecutionException when too many wait already */
        void take() {
            synchronized (Turns.this) {
                if (running.size() < places) {
                    begin(this);
                } else if (waiting.size() < queued) {
                    waiting.add(this);
                    watch();
                } else {
                    throw new RejectedExecutionException();
                }
            }
        }

        /** Leaves the queue; what has begun goes on. */
        void withdraw() {
            synchronized (Turns.this) {
                waiting.remove(this);
            }
        }

        /** Works, and then for as long as this place is free to pass on, for those who wait. */
        private void run() {
            for (Turn turn = this; turn != null; turn = after(turn)) {
                turn.work.run();
            }
        }
    }

    Turn of(Runnable work) {
        return new Turn(work);
    }

    private void begin(Turn turn) {
        turn.start = System.nanoTime();
        executor.execute(turn::run);
        running.add(turn);
    }

    private synchronized @Nullable Turn after(Turn done) {
        if (!running.remove(done) || waiting.isEmpty()) {
            return null;
        }
        Turn next = waiting.remove();
        next.start = System.nanoTime();
        running.add(next);
        return next;
    }

    private void watch() {
        if (!watched) {
            ScheduledFuture<?> _ = clock.schedule(this::look, patience.toNanos(), TimeUnit.NANOSECONDS);
            watched = true;
        }
    }

    private synchronized void look() {
        watched = false;
        long now = System.nanoTime();
        running.removeIf(turn -> now - turn.start >= patience.toNanos());
        while (running.size() < places && !waiting.isEmpty()) {
            try {
                begin(waiting.getFirst());
                waiting.removeFirst();
            } catch (RejectedExecutionException allThreadsAreBusy) {
                break;
            }
        }
        if (!waiting.isEmpty()) {
            watch();
        }
    }

    /** Who waits never begins. */
    @Override
    public synchronized void close() {
        waiting.clear();
        clock.shutdownNow();
    }
}
