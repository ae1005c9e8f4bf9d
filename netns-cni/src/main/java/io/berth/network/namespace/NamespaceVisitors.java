package io.berth.network.namespace;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Threads that enter a network namespace, do one thing there and end. One always stands ready, because starting a
 * thread takes longer than what it has to do. Each starts its successor before it leaves the host's namespace, since a
 * thread is born in its parent's. Safe for use by several threads.
 */
public final class NamespaceVisitors implements AutoCloseable {
    private static final String NAME = "netns-visit";
    private static final long STACK_BYTES = 256 * 1024;

    private final AtomicReference<State> ready = new AtomicReference<>(State.EMPTY);

    /** Has a visit made by a thread that ends with it. */
    public void send(Runnable visit) {
        State state = ready.getAndUpdate(before -> before.closed() ? before : State.EMPTY);
        CompletableFuture<Optional<Runnable>> waiting = state.closed() ? null : state.errand();
        if (waiting == null) {
            start(CompletableFuture.completedFuture(Optional.of(visit)));
        } else {
            waiting.complete(Optional.of(visit));
        }
    }

    /** Sends the thread that stands ready home. Visits still work afterwards, each with a thread started for it. */
    @Override
    public void close() {
        CompletableFuture<Optional<Runnable>> waiting =
                ready.getAndSet(State.CLOSED).errand();
        if (waiting != null) {
            waiting.complete(Optional.empty());
        }
    }

    private void start(CompletableFuture<Optional<Runnable>> errand) {
        Thread.ofPlatform().name(NAME).stackSize(STACK_BYTES).daemon().start(() -> {
            errand.join().ifPresent(visit -> {
                prepare();
                visit.run();
            });
        });
    }

    private void prepare() {
        CompletableFuture<Optional<Runnable>> errand = new CompletableFuture<>();
        State next = new State(errand, false);
        if (ready.compareAndSet(State.EMPTY, next)) {
            try {
                start(errand);
            } catch (OutOfMemoryError noMoreThreads) {
                // The next visit tries again, and says so if it fails.
                ready.compareAndSet(next, State.EMPTY);
            }
        }
    }

    /**
     * Who stands ready.
     *
     * @param errand where that thread waits for its work, or null when there is none
     */
    private record State(@Nullable CompletableFuture<Optional<Runnable>> errand, boolean closed) {
        static final State EMPTY = new State(null, false);
        static final State CLOSED = new State(null, true);
    }
}
