package io.berth.imagefs.pull;

import io.berth.imagefs.ImageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work however many ask for it. It has a thread of its own and goes on as long as somebody waits for it: a
 * caller who is interrupted leaves, and with the last one it is cancelled. Any thread.
 *
 * @param <K> says which work is the same
 * @param <W> the work under way, as it shows itself
 * @param <T> what comes of it
 */
public final class JoinedPulls<K, W extends JoinedPulls.Work<T>, T> {
    private final Duration deadline;
    private final Map<K, Shared> underWay = new HashMap<>();
    private final AtomicInteger threads = new AtomicInteger();
    private long started;

    /** Work that can be cancelled. */
    public interface Work<T> {
        /** Does it, on a thread of its own. */
        T run();

        /** Makes {@link #run} fail soon; its thread is interrupted as well. */
        void cancel();
    }

    /**
     * Prepares.
     *
     * @param deadline longest wait for the work
     */
    public JoinedPulls(Duration deadline) {
        this.deadline = deadline;
    }

    private final class Shared {
        private final W work;
        private final CompletableFuture<T> outcome = new CompletableFuture<>();
        private @Nullable Thread thread;
        private int callers;

        private Shared(W work) {
            this.work = work;
        }
    }

    /** Does the work, or waits for the same work that is under way. */
    public T join(K key, Function<K, W> maker) {
        Shared shared;
        synchronized (this) {
            shared = underWay.get(key);
            if (shared == null) {
                shared = begin(key, maker.apply(key));
            }
            shared.callers++;
        }
        try {
            return await(shared.outcome);
        } finally {
            leave(key, shared);
        }
    }

    /** All that is under way, with how many wait for it. */
    public synchronized <R> List<R> underWay(java.util.function.BiFunction<W, Integer, R> view) {
        List<R> all = new ArrayList<>();
        underWay.values().forEach(shared -> all.add(view.apply(shared.work, shared.callers)));
        return all;
    }

    /** Whether nothing is under way, nor on its way to its end after it was cancelled. */
    public boolean isIdle() {
        return threads.get() == 0;
    }

    private Shared begin(K key, W work) {
        Shared shared = new Shared(work);
        threads.incrementAndGet();
        Thread thread =
                Thread.ofPlatform().daemon().name("image-pull-" + started++).unstarted(() -> run(key, shared));
        shared.thread = thread;
        underWay.put(key, shared);
        thread.start();
        return shared;
    }

    private void run(K key, Shared shared) {
        try {
            T result = shared.work.run();
            ended(key, shared);
            shared.outcome.complete(result);
        } catch (RuntimeException | Error e) {
            ended(key, shared);
            shared.outcome.completeExceptionally(e);
        } finally {
            threads.decrementAndGet();
        }
    }

    /** Before its outcome is told: who asks from then on begins anew. */
    private synchronized void ended(K key, Shared shared) {
        underWay.remove(key, shared);
    }

    private void leave(K key, Shared shared) {
        Thread thread = shared.thread;
        boolean last;
        synchronized (this) {
            last = --shared.callers == 0 && !shared.outcome.isDone() && underWay.remove(key, shared);
        }
        if (last && thread != null) {
            thread.interrupt();
            shared.work.cancel();
        }
    }

    private T await(CompletableFuture<T> outcome) {
        try {
            return outcome.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ImageException failure) {
                throw new ImageException(failure.kind(), failure.getMessage(), failure);
            }
            throw new ImageException(ImageException.Kind.STORAGE, String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new ImageException(ImageException.Kind.DEADLINE_EXCEEDED, "the pull does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException(ImageException.Kind.CANCELLED, "nobody waits for the pull any more", e);
        }
    }
}
