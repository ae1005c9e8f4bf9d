package io.berth.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    /** /proc drops what is less than 10 ms in user and in kernel mode, and what the last ticks have not counted yet. */
    private static final Duration LEFT_OUT = Duration.ofMillis(100);

    private static final Duration WORK = Duration.ofMillis(10);

    @Test
    void itIsWhatProcTells() {
        Duration before = told();
        Duration now = Duration.ofNanos(ProcessorTime.nanos());
        Duration after = told();
        assertTrue(before.minus(LEFT_OUT).compareTo(now) <= 0, () -> before + " and then " + now);
        assertTrue(now.compareTo(after.plus(LEFT_OUT)) <= 0, () -> now + " and then " + after);
    }

    @Test
    void workTakesSome() {
        long before = ProcessorTime.nanos();
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < WORK.toNanos()) {
            Thread.onSpinWait();
        }
        assertTrue(ProcessorTime.nanos() > before);
    }

    private static Duration told() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }
}
