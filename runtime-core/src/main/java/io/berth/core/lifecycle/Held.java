package io.berth.core.lifecycle;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/** A lock that is held until this is closed. Waiting for it has a deadline. */
final class Held implements AutoCloseable {
    private final Lock lock;

    private Held(Lock lock) {
        this.lock = lock;
    }

    /** Waits for the lock; DEADLINE_EXCEEDED, naming what was awaited, when the time is up. */
    static Held of(Lock lock, Duration deadline, String what) {
        try {
            if (!lock.tryLock(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new BerthException(
                        ErrorKind.DEADLINE_EXCEEDED,
                        "waited " + deadline.toMillis() + " ms for another operation on " + what + " to end");
            }
            return new Held(lock);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BerthException(ErrorKind.CANCELLED, "interrupted while waiting for " + what, interrupted);
        }
    }

    @Override
    public void close() {
        lock.unlock();
    }
}
