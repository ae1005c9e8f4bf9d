package io.berth.server.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeapGrowthTest {
    private final AtomicLong used = new AtomicLong(10 << 20);
    private final AtomicBoolean atRest = new AtomicBoolean();
    private final AtomicInteger collections = new AtomicInteger();

    @Test
    void littleGrowthIsLeftToTheCollectorItself() {
        HeapGrowth growth = growthOfLive(10 << 20);
        used.addAndGet(HeapGrowth.ALLOWED);
        growth.check();
        assertEquals(0, collections.get());
    }

    @Test
    void muchGrowthIsCollected() {
        HeapGrowth growth = growthOfLive(10 << 20);
        used.addAndGet(HeapGrowth.ALLOWED + 1);
        growth.check();
        growth.check();
        assertEquals(1, collections.get());
    }

    @Test
    void whatWorkHasLeftIsCollectedOnceWhenItIsOver() {
        HeapGrowth growth = growthOfLive(10 << 20);
        for (int burst = 1; burst <= 2; burst++) {
            atRest.set(false);
            growth.check();
            assertEquals(burst - 1, collections.get());
            atRest.set(true);
            growth.check();
            growth.check();
            assertEquals(burst, collections.get());
        }
    }

    @Test
    void whatLivesIsNoReasonToCollectAgain() {
        HeapGrowth growth = growthOfLive(60 << 20);
        used.set(60 << 20);
        growth.check();
        used.addAndGet(HeapGrowth.ALLOWED);
        growth.check();
        assertEquals(1, collections.get());
    }

    @Test
    void theHeapOfThisProcessIsCollectedAfterItHasGrown() {
        // Else an allocation might collect older garbage, and the heap would not have grown.
        Runtime.getRuntime().gc();
        HeapGrowth growth = HeapGrowth.ofThisProcess();
        byte[] garbage = new byte[2 * (int) HeapGrowth.ALLOWED];
        WeakReference<byte[]> reference = new WeakReference<>(garbage);
        garbage = new byte[0];
        growth.check();
        assertEquals(0, garbage.length);
        assertNull(reference.get());
    }

    private HeapGrowth growthOfLive(long live) {
        return new HeapGrowth(used::get, atRest::get, () -> {
            collections.incrementAndGet();
            used.set(live);
        });
    }
}
