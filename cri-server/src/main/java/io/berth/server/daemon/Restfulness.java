package io.berth.server.daemon;

import io.berth.kernel.ProcessorTime;
import java.util.function.LongSupplier;

/** Whether a process has little to do: it has used less than a fiftieth of one processor. For one thread. */
final class Restfulness {
    private static final long TIMES_AS_LONG = 50;

    private final LongSupplier processorTime;
    private final LongSupplier clock;
    private long spent;
    private long asked;

    /**
     * Begins now.
     *
     * @param processorTime that the process has used, in nanoseconds
     * @param clock in nanoseconds
     */
    Restfulness(LongSupplier processorTime, LongSupplier clock) {
        this.processorTime = processorTime;
        this.clock = clock;
        this.spent = processorTime.getAsLong();
        this.asked = clock.getAsLong();
    }

    /** That of this virtual machine. */
    static Restfulness ofThisProcess() {
        return new Restfulness(ProcessorTime::nanos, System::nanoTime);
    }

    /** Whether the process had little to do since this was asked last. */
    boolean sinceLastAsked() {
        long before = spent;
        long begin = asked;
        spent = processorTime.getAsLong();
        asked = clock.getAsLong();
        return (spent - before) * TIMES_AS_LONG < asked - begin;
    }
}
