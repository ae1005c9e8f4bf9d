package io.berth.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    private static final Duration UNIT = Duration.ofMillis(10);

    @Test
    void itIsWhatProcTellsInHundredthsOfASecond() {
        Duration before = told();
        Duration now = Duration.ofNanos(ProcessorTime.nanos());
        Duration after = told();
        assertTrue(before.minus(UNIT).compareTo(now) <= 0, () -> before + " and then " + now);
        assertTrue(now.compareTo(after.plus(UNIT)) <= 0, () -> now + " and then " + after);
    }

    @Test
    void workTakesSome() {
        long before = ProcessorTime.nanos();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < UNIT.toNanos()) {
            Thread.onSpinWait();
        }
        assertTrue(ProcessorTime.nanos() > before);
    }

    private static Duration told() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }
}
