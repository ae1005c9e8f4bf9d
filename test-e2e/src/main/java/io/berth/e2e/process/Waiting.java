package io.berth.e2e.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits for conditions that come true by themselves; every wait has a deadline. */
public final class Waiting {
    /**
     * Long enough for a loaded machine: a test that fails here waited for something that never came. An emulated
     * machine sets more.
     */
    public static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("berth.e2e.patience", 30));

    private static final Duration PAUSE = Duration.ofMillis(10);

    private Waiting() {}

    /**
     * Waits until the condition holds.
     *
     * @param what completes the sentence "waited for ..."
     * @throws IllegalStateException after {@link #PATIENCE}
     */
    public static void until(String what, Callable<Boolean> condition) {
        untilPresent(what, () -> condition.call() ? Optional.of(true) : Optional.empty());
    }

    /** As {@link #until(String, Callable)}, and returns what was found. */
    public static <T> T untilPresent(String what, Callable<Optional<T>> search) {
        return untilPresent(() -> what, search, PATIENCE);
    }

    /**
     * As {@link #untilPresent(String, Callable)}, with a description made when it is needed and a deadline of one's
     * own.
     */
    public static <T> T untilPresent(Supplier<String> what, Callable<Optional<T>> search, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            Optional<T> found = call(search);
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("waited " + patience.toSeconds() + " s for " + what.get());
            }
            pause(PAUSE);
        }
    }

    /** Sleeps; an interruption ends the test. */
    public static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting", interrupted);
        }
    }

    private static <T> T call(Callable<T> callable) {
        try {
            return callable.call();
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
