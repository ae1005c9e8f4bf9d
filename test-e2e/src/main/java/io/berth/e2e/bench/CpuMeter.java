package io.berth.e2e.bench;

import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * CPU time of the whole machine and of one process, from {@code /proc}. What the idle machine uses by itself is
 * measured once and taken off.
 */
final class CpuMeter {
    private static final double TICKS_PER_SECOND = 100;
    private static final Duration IDLE_TIME = Duration.ofSeconds(2);

    private final Path processStat;
    private final double idleLoad;

    /** CPU time in milliseconds. */
    record Spent(double machine, double daemon) {}

    private record Reading(long nanoTime, double machineTicks, double processTicks) {}

    /** Measures the idle machine for two seconds. */
    CpuMeter(long pid) {
        this.processStat = Path.of("/proc/" + pid + "/stat");
        Reading before = read();
        Waiting.pause(IDLE_TIME);
        Reading after = read();
        this.idleLoad = (after.machineTicks - before.machineTicks) / (after.nanoTime - before.nanoTime);
    }

    /** What the work costs, with what the kernel does about it in the moments after it. */
    Spent measure(Runnable work, Duration aftermath) {
        Reading before = read();
        work.run();
        Waiting.pause(aftermath);
        Reading after = read();
        double idle = idleLoad * (after.nanoTime - before.nanoTime);
        return new Spent(
                milliseconds(Math.max(0, after.machineTicks - before.machineTicks - idle)),
                milliseconds(after.processTicks - before.processTicks));
    }

    private static double milliseconds(double ticks) {
        return ticks * 1000 / TICKS_PER_SECOND;
    }

    private Reading read() {
        try {
            // cpu user nice system idle iowait irq softirq steal ...
            List<String> machine =
                    words(Files.readAllLines(Path.of("/proc/stat")).getFirst());
            double busy = number(machine, 1)
                    + number(machine, 2)
                    + number(machine, 3)
                    + number(machine, 6)
                    + number(machine, 7);
            String stat = Files.readString(processStat);
            // After the program's name in parentheses: state is the 1st word, utime the 12th, stime the 13th.
            List<String> process = words(stat.substring(stat.lastIndexOf(')') + 2));
            return new Reading(System.nanoTime(), busy, number(process, 11) + number(process, 12));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+", -1));
    }

    private static double number(List<String> words, int index) {
        return Double.parseDouble(words.get(index));
    }
}
