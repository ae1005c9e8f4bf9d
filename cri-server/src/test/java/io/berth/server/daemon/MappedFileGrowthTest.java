package io.berth.server.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MappedFileGrowthTest {
    /** What is in use all the time, and back at once. */
    private static final long FLOOR = 4 << 20;

    private final AtomicLong resident = new AtomicLong(40 << 20);
    private final AtomicInteger releases = new AtomicInteger();
    private final MappedFileGrowth growth = new MappedFileGrowth(resident::get, () -> {
        releases.incrementAndGet();
        return resident.getAndSet(FLOOR) - FLOOR;
    });

    @Test
    void whatIsReleasedIsGivenBackHoweverLittleHasCome() {
        growth.release();
        growth.release();
        assertEquals(2, releases.get());
    }

    @Test
    void whatIsInUseAllTheTimeIsLeftAlone() {
        growth.release();
        growth.check();
        resident.addAndGet(MappedFileGrowth.ALLOWED);
        growth.check();
        assertEquals(1, releases.get());
    }

    @Test
    void muchThatHasComeSinceIsGivenBackOnce() {
        growth.release();
        resident.addAndGet(MappedFileGrowth.ALLOWED + 1);
        growth.check();
        growth.check();
        assertEquals(2, releases.get());
        assertEquals(FLOOR, resident.get());
    }
}
