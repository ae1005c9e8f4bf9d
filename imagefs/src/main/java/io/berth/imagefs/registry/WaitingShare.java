package io.berth.imagefs.registry;

import java.util.function.LongSupplier;

/** How much of a thread's time goes to waiting for the network. For one thread. */
final class WaitingShare {
    /** Over which it is looked at, in nanoseconds. */
    static final long WINDOW = 1_000_000_000;

    /** Of ten parts of the time: with less the machine, and not the network, is what a pull takes its time for. */
    private static final int LARGE = 9;

    private final LongSupplier clock;
    private long windowBegan;
    private long waited;
    private boolean large;

    /** @param clock in nanoseconds */
    WaitingShare(LongSupplier clock) {
        this.clock = clock;
        this.windowBegan = clock.getAsLong();
    }

    /** Begins to wait; what {@link #end} wants. */
    long begin() {
        return clock.getAsLong();
    }

    void end(long began) {
        long now = clock.getAsLong();
        waited += now - began;
        long window = now - windowBegan;
        if (window >= WINDOW) {
            large = waited / LARGE * 10 >= window;
            windowBegan = now;
            waited = 0;
        }
    }

    /** Whether the last whole window went to little else. */
    boolean isLarge() {
        return large;
    }
}
