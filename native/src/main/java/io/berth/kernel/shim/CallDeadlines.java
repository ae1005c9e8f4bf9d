package io.berth.kernel.shim;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * When the calls that nobody waits for are looked at next. The I/O thread sleeps until then; a call whose deadline is
 * later than that wakes nobody, so a busy daemon's execs cost no timer each.
 *
 * <p>Times are nanoseconds since this was made. Any thread.
 */
final class CallDeadlines {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long NANOSECONDS_PER_MILLISECOND = 1_000_000;

    private final long origin = System.nanoTime();
    private final AtomicLong next = new AtomicLong(NEVER);

    long now() {
        return System.nanoTime() - origin;
    }

    /** The time that is so far away. */
    long after(Duration duration) {
        long now = now();
        long far = now + duration.toNanos();
        return far < now ? NEVER : far;
    }

    /** Has the calls looked at by that time at the latest; true where the sleeper has to be woken for it. */
    boolean lookBy(long time) {
        return next.getAndAccumulate(time, Math::min) > time;
    }

    /**
     * Begins a look where it is time for one. Calls that come from here on are asked for by {@link #lookBy} again, so
     * whoever looks sees each of them or is woken for it.
     */
    boolean beginLook() {
        if (next.get() > now()) {
            return false;
        }
        next.set(NEVER);
        return true;
    }

    /** How long to sleep: milliseconds, at least one; 0 for ever. */
    long sleepMilliseconds() {
        long time = next.get();
        return time == NEVER ? 0 : Math.max(1, (time - now()) / NANOSECONDS_PER_MILLISECOND + 1);
    }
}
