package io.berth.server.daemon;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the heap collected before garbage makes it large: the serial collector lets what has survived its young
 * generation fill the whole of the heap first, and a thousand pods that have come and gone leave some 7 MB there. What
 * work has left is collected when it is over, but only where that is worth it: after a collection each compiled method
 * goes through the virtual machine once when it is called, which makes the next pod's start some 10 ms longer. For one
 * thread.
 */
final class HeapGrowth {
    private static final Logger LOG = LoggerFactory.getLogger(HeapGrowth.class);

    /** Bytes; a collection takes some 50 ms with a thousand pods up, and is due after some 2,400 that have gone. */
    static final long ALLOWED = 16L << 20;

    /** Bytes: 3.75 MB, more than the young generation can hold (3.6 of its 4), which is resident in any case. */
    static final long ALLOWED_AT_REST = 15L << 18;

    private final LongSupplier used;
    private final LongSupplier held;
    private final Runnable collect;
    private long live;
    private long heldThen;

    /**
     * Begins as if nothing lived: what the start has left is collected at the first rest.
     *
     * @param used how many bytes of the heap are in use, garbage among them
     * @param held how many bytes the heap takes, used or not
     * @param collect collects all garbage
     */
    HeapGrowth(LongSupplier used, LongSupplier held, Runnable collect) {
        this.used = used;
        this.held = held;
        this.collect = collect;
    }

    /** That of this virtual machine. */
    static HeapGrowth ofThisProcess() {
        Runtime runtime = Runtime.getRuntime();
        return new HeapGrowth(() -> runtime.totalMemory() - runtime.freeMemory(), runtime::totalMemory, runtime::gc);
    }

    /**
     * Collects when more has come since the last collection than is allowed.
     *
     * @param atRest whether the process has had little to do since the last check
     * @return whether it did
     */
    boolean check(boolean atRest) {
        long before = used.getAsLong();
        boolean isDue = atRest
                ? before > live + ALLOWED_AT_REST || held.getAsLong() > heldThen + ALLOWED_AT_REST
                : before > live + ALLOWED;
        if (isDue) {
            collect.run();
            live = used.getAsLong();
            heldThen = held.getAsLong();
            LOG.debug("collected {} bytes of garbage, {} bytes are in use", before - live, live);
        }
        return isDue;
    }
}
