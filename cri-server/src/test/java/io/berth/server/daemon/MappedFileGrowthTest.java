package io.berth.server.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MappedFileGrowthTest {
    /** What is in use all the time, and back at once. */
    private static final long FLOOR = 4 << 20;

    private long floor = FLOOR;

    private final AtomicLong resident = new AtomicLong(40 << 20);
    private final AtomicInteger releases = new AtomicInteger();
    private final MappedFileGrowth growth = new MappedFileGrowth(resident::get, () -> {
        releases.incrementAndGet();
        return resident.getAndSet(floor) - floor;
    });

    @Test
    void whatIsReleasedIsGivenBackHoweverLittleHasCome() {
        growth.release();
        growth.release();
        assertEquals(2, releases.get());
    }

    @Test
    void whatComesBackWithinASecondIsInUseAndLeftAlone() {
        growth.release();
        resident.addAndGet(MappedFileGrowth.IN_USE);
        growth.check();
        resident.addAndGet(MappedFileGrowth.ALLOWED);
        growth.check();
        assertEquals(1, releases.get());
    }

    @Test
    void whatComesLaterIsGivenBackWhenItIsMuch() {
        growth.release();
        growth.check();
        resident.addAndGet(MappedFileGrowth.ALLOWED);
        growth.check();
        assertEquals(1, releases.get());
        resident.addAndGet(1);
        growth.check();
        growth.check();
        assertEquals(2, releases.get());
        assertEquals(FLOOR, resident.get());
    }

    @Test
    void whatOtherThreadsTouchWhileItIsGivenBackIsNotTakenForInUse() {
        growth.release();
        resident.set(40 << 20);
        floor = 14 << 20;
        growth.release();
        growth.check();
        assertEquals(3, releases.get());
    }

    @Test
    void aBurstWithinThatSecondIsGivenBackToo() {
        growth.release();
        resident.addAndGet(MappedFileGrowth.IN_USE + MappedFileGrowth.ALLOWED + 1);
        growth.check();
        growth.check();
        assertEquals(2, releases.get());
    }
}
