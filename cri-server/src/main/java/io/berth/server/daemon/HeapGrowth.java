package io.berth.server.daemon;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the heap collected before garbage makes it large: the serial collector lets what has survived its young
 * generation fill the whole of the heap first, and a thousand pods that have come and gone leave some 7 MB there. For
 * one thread.
 */
final class HeapGrowth {
    private static final Logger LOG = LoggerFactory.getLogger(HeapGrowth.class);

    /** Bytes; a collection takes some 50 ms with a thousand pods up, and is due after some 2,400 that have gone. */
    static final long ALLOWED = 16L << 20;

    private final LongSupplier used;
    private final Runnable collect;
    private long live;

    /**
     * Begins with what is used now.
     *
     * @param used how many bytes of the heap are in use, garbage among them
     * @param collect collects all garbage
     */
    HeapGrowth(LongSupplier used, Runnable collect) {
        this.used = used;
        this.collect = collect;
        this.live = used.getAsLong();
    }

    /** That of this virtual machine. */
    static HeapGrowth ofThisProcess() {
        Runtime runtime = Runtime.getRuntime();
        return new HeapGrowth(() -> runtime.totalMemory() - runtime.freeMemory(), runtime::gc);
    }

    /** Collects when more has come since the last collection than is allowed. */
    void check() {
        long before = used.getAsLong();
        if (before > live + ALLOWED) {
            collect.run();
            live = used.getAsLong();
            LOG.debug("collected {} bytes of garbage, {} bytes are in use", before - live, live);
        }
    }
}
