package io.berth.server.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HeapGrowthTest {
    private final AtomicLong used = new AtomicLong(10 << 20);
    private final AtomicLong held = new AtomicLong(16 << 20);
    private final AtomicInteger collections = new AtomicInteger();

    @Test
    void whatTheStartHasLeftIsCollectedAtTheFirstRest() {
        assertCollectedOnceWhenAtRest(growthOfLive(10 << 20), 0);
    }

    @Test
    void littleGrowthIsLeftToTheCollectorItself() {
        HeapGrowth growth = collectedOnce(10 << 20);
        used.addAndGet(HeapGrowth.ALLOWED);
        growth.check(false);
        assertEquals(1, collections.get());
    }

    @Test
    void muchGrowthIsCollected() {
        HeapGrowth growth = collectedOnce(10 << 20);
        used.addAndGet(HeapGrowth.ALLOWED + 1);
        growth.check(false);
        growth.check(false);
        assertEquals(2, collections.get());
    }

    @Test
    void whatWorkHasLeftIsCollectedWhenItIsOver() {
        HeapGrowth growth = collectedOnce(10 << 20);
        used.addAndGet(HeapGrowth.ALLOWED_AT_REST + 1);
        assertCollectedOnceWhenAtRest(growth, 1);
    }

    @Test
    void theLittleThatAFewPodsHaveLeftIsNotWorthACollection() {
        HeapGrowth growth = collectedOnce(10 << 20);
        used.addAndGet(HeapGrowth.ALLOWED_AT_REST);
        growth.check(true);
        assertEquals(1, collections.get());
    }

    @Test
    void aHeapThatHasGrownIsCollectedAtRest() {
        HeapGrowth growth = collectedOnce(10 << 20);
        held.addAndGet(HeapGrowth.ALLOWED_AT_REST + 1);
        assertCollectedOnceWhenAtRest(growth, 1);
    }

    @Test
    void whatLivesIsNoReasonToCollectAgain() {
        HeapGrowth growth = collectedOnce(60 << 20);
        growth.check(false);
        used.addAndGet(HeapGrowth.ALLOWED);
        growth.check(false);
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
        growth.check(false);
        assertEquals(0, garbage.length);
        assertNull(reference.get());
    }

    private void assertCollectedOnceWhenAtRest(HeapGrowth growth, int before) {
        growth.check(false);
        assertEquals(before, collections.get());
        growth.check(true);
        growth.check(true);
        assertEquals(before + 1, collections.get());
    }

    private HeapGrowth collectedOnce(long live) {
        HeapGrowth growth = growthOfLive(live);
        used.set(live + HeapGrowth.ALLOWED + 1);
        growth.check(false);
        assertEquals(1, collections.get());
        return growth;
    }

    private HeapGrowth growthOfLive(long live) {
        return new HeapGrowth(used::get, held::get, () -> {
            collections.incrementAndGet();
            used.set(live);
        });
    }
}
