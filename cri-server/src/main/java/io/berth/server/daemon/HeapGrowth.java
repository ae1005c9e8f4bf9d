package io.berth.server.daemon;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the heap collected before garbage makes it large: the serial collector lets what has survived its young
 * generation fill the whole of the heap first, and a thousand pods that have come and gone leave some 7 MB there. What
 * work has left is collected once when it is over, however little: garbage can hold memory outside the heap. For one
 * thread.
 */
final class HeapGrowth {
    private static final Logger LOG = LoggerFactory.getLogger(HeapGrowth.class);

    /** Bytes; a collection takes some 50 ms with a thousand pods up, and is due after some 2,400 that have gone. */
    static final long ALLOWED = 16L << 20;

    private final LongSupplier used;
    private final BooleanSupplier atRest;
    private final Runnable collect;
    private long live;
    private boolean worked = true;

    /**
     * Begins with what is used now.
     *
     * @param used how many bytes of the heap are in use, garbage among them
     * @param atRest whether the process has had little to do since it was asked last
     * @param collect collects all garbage
     */
    HeapGrowth(LongSupplier used, BooleanSupplier atRest, Runnable collect) {
        this.used = used;
        this.atRest = atRest;
        this.collect = collect;
        this.live = used.getAsLong();
    }

    /** That of this virtual machine. */
    static HeapGrowth ofThisProcess() {
        Runtime runtime = Runtime.getRuntime();
        Restfulness rest = Restfulness.ofThisProcess();
        return new HeapGrowth(() -> runtime.totalMemory() - runtime.freeMemory(), rest::sinceLastAsked, runtime::gc);
    }

    /** Collects when more has come since the last collection than is allowed, and when the process comes to rest. */
    void check() {
        boolean resting = atRest.getAsBoolean();
        long before = used.getAsLong();
        boolean isWorkOver = worked && resting;
        worked = !resting;
        if (isWorkOver || before > live + ALLOWED) {
            collect.run();
            live = used.getAsLong();
            LOG.debug("collected {} bytes of garbage, {} bytes are in use", before - live, live);
        }
    }
}
