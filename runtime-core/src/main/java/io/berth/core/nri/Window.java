package io.berth.core.nri;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/**
 * The time from an event's telling to its record. While one is open no plugin takes its view of what there is: so each
 * pod and container is in the view or told of, never both and never neither. Short: nothing that can hang is done in
 * it, but asking plugins, which has its deadline. Used by one thread.
 */
public final class Window implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Lock lock;
    private boolean open;

    Window(Lock lock) {
        this.lock = lock;
    }

    /** Opens it. */
    public void enter() {
        try {
            if (!lock.tryLock(DEADLINE.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new BerthException(
                        ErrorKind.DEADLINE_EXCEEDED,
                        "waited " + DEADLINE.toSeconds() + " s for an NRI plugin to take its view of the node");
            }
            open = true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BerthException(ErrorKind.CANCELLED, "interrupted while waiting for an NRI plugin", interrupted);
        }
    }

    /** Closes it, if it is open. */
    @Override
    public void close() {
        if (open) {
            open = false;
            lock.unlock();
        }
    }
}
