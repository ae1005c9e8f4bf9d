package io.berth.imagefs.pull;

import io.berth.imagefs.ImageException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One piece of work however many ask for it: the first caller does it on its own thread, those that come meanwhile wait
 * for its outcome. When the first is interrupted another takes over. Any thread.
 *
 * @param <K> says which work is the same
 * @param <T> what comes of it
 */
public final class JoinedPulls<K, T> {
    private final Duration deadline;
    private final ConcurrentMap<K, CompletableFuture<T>> underWay = new ConcurrentHashMap<>();

    /**
     * Prepares.
     *
     * @param deadline longest wait for somebody else's work
     */
    public JoinedPulls(Duration deadline) {
        this.deadline = deadline;
    }

    /** Does the work, or waits for it. */
    public T join(K key, Supplier<T> work) {
        while (true) {
            CompletableFuture<T> own = new CompletableFuture<>();
            CompletableFuture<T> other = underWay.putIfAbsent(key, own);
            if (other == null) {
                return lead(key, own, work);
            }
            try {
                return await(other);
            } catch (ImageException e) {
                if (e.kind() != ImageException.Kind.CANCELLED
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    /** Whether nothing is under way. */
    public boolean isIdle() {
        return underWay.isEmpty();
    }

    private T lead(K key, CompletableFuture<T> own, Supplier<T> work) {
        try {
            T outcome = work.get();
            underWay.remove(key, own);
            own.complete(outcome);
            return outcome;
        } catch (RuntimeException | Error e) {
            underWay.remove(key, own);
            own.completeExceptionally(e);
            throw e;
        }
    }

    private T await(CompletableFuture<T> other) {
        try {
            return other.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ImageException failure) {
                throw new ImageException(failure.kind(), failure.getMessage(), failure);
            }
            throw new ImageException(ImageException.Kind.STORAGE, String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new ImageException(
                    ImageException.Kind.DEADLINE_EXCEEDED, "the same pull, asked for before, does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException(ImageException.Kind.CANCELLED, "the pull was interrupted", e);
        }
    }
}
