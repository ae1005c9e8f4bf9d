package io.berth.network.address;

import io.berth.network.NetworkException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;

/**
 * Hands out the addresses of a range, in turn, so that one that has just come back is the last to be given again. Safe
 * for use by several threads; an allocation costs the same however many addresses are out.
 */
public final class AddressPool {
    private final AddressRange range;
    private final BitSet taken;
    private int cursor = 1;

    public AddressPool(AddressRange range) {
        this.range = range;
        this.taken = new BitSet(range.size());
        taken.set(0); // The gateway.
    }

    public AddressRange range() {
        return range;
    }

    /** Takes the next free address. */
    public synchronized InetAddress take() {
        int offset = taken.nextClearBit(cursor);
        if (offset >= range.size()) {
            offset = taken.nextClearBit(1);
        }
        if (offset >= range.size()) {
            throw new NetworkException(
                    NetworkException.Kind.RESOURCE_EXHAUSTED,
                    "take address from",
                    range.toString(),
                    "all " + (range.size() - 1) + " addresses are in use: remove pods or configure a larger range");
        }
        taken.set(offset);
        cursor = offset + 1;
        return range.address(offset);
    }

    /**
     * Notes that an address is in use already; the turn goes on behind it.
     *
     * @return false when it was noted before; an address outside the range needs no note
     */
    public synchronized boolean claim(InetAddress address) {
        int offset = range.offset(address);
        if (offset < 0) {
            return true;
        }
        if (taken.get(offset)) {
            return false;
        }
        taken.set(offset);
        cursor = offset + 1;
        return true;
    }

    /** Gives an address back. */
    public synchronized void release(InetAddress address) {
        int offset = range.offset(address);
        if (offset > 0) {
            taken.clear(offset);
            notifyAll();
        }
    }

    /**
     * Waits until an address is free, which somebody else may take then, or for as long as is given.
     *
     * @throws InterruptedException when the thread is interrupted meanwhile
     */
    public synchronized void awaitFree(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        long left = patience.toNanos();
        while (free() == 0 && left > 0) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
            left = end - System.nanoTime();
        }
    }

    /** How many addresses are out. */
    public synchronized int inUse() {
        return taken.cardinality() - 1;
    }

    /** How many addresses can still be taken. */
    public synchronized int free() {
        return range.size() - taken.cardinality();
    }
}
