package io.berth.server.daemon;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Whether a process has little to do: it has used less than a fiftieth of one processor. For one thread. */
final class Restfulness {
    private static final long TIMES_AS_LONG = 50;

    private final Supplier<Optional<Duration>> processorTime;
    private final LongSupplier clock;
    private Duration spent;
    private long asked;

    /**
     * Begins now.
     *
     * @param processorTime that the process has used, where the machine tells
     * @param clock in nanoseconds
     */
    Restfulness(Supplier<Optional<Duration>> processorTime, LongSupplier clock) {
        this.processorTime = processorTime;
        this.clock = clock;
        this.spent = processorTime.get().orElse(Duration.ZERO);
        this.asked = clock.getAsLong();
    }

    /** That of this virtual machine. */
    static Restfulness ofThisProcess() {
        return new Restfulness(() -> ProcessHandle.current().info().totalCpuDuration(), System::nanoTime);
    }

    /** Whether the process had little to do since this was asked last; false where the machine does not tell. */
    boolean sinceLastAsked() {
        Optional<Duration> now = processorTime.get();
        Duration before = spent;
        long begin = asked;
        spent = now.orElse(before);
        asked = clock.getAsLong();
        return now.isPresent() && spent.minus(before).toNanos() * TIMES_AS_LONG < asked - begin;
    }
}
