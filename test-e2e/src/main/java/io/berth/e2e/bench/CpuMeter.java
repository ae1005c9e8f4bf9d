package io.berth.e2e.bench;

import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * CPU time of the whole machine and of one process, from {@code /proc}, and of all processes of the sandbox, from its
 * cgroup. What the idle machine uses by itself is measured once and taken off the first; what this program's own
 * compiler uses is taken off both.
 */
public final class CpuMeter {
    private static final double TICKS_PER_SECOND = 100;
    private static final double NANOSECONDS_PER_SECOND = 1e9;
    private static final double MICROSECONDS_PER_MILLISECOND = 1000;
    private static final Duration IDLE_TIME = Duration.ofSeconds(1);
    private static final int IDLE_TIMES = 4;
    private static final Path SANDBOX = Path.of("/sys/fs/cgroup/cpu.stat");

    private static final OwnCompiler COMPILER = new OwnCompiler();

    private final Path processStat;
    private final double idleLoad;

    /**
     * CPU time in milliseconds.
     *
     * @param machine of all that runs, the kernel's own threads and interrupts included
     * @param processes of the sandbox, those that have ended included: right even on a machine with other work
     * @param daemon of the one process
     */
    public record Spent(double machine, double processes, double daemon) {}

    private record Reading(
            long nanoTime,
            double machineTicks,
            double sandboxMicroseconds,
            double processTicks,
            double compilerMilliseconds) {
        double machineLoadSince(Reading before) {
            return (machineTicks - before.machineTicks) / (nanoTime - before.nanoTime);
        }
    }

    /** Measures the idle machine for some seconds; the most idle one counts. */
    public CpuMeter(long pid) {
        this.processStat = stat(pid);
        double least = Double.MAX_VALUE;
        for (int i = 0; i < IDLE_TIMES; i++) {
            Reading before = read();
            Waiting.pause(IDLE_TIME);
            least = Math.min(least, read().machineLoadSince(before));
        }
        this.idleLoad = least;
    }

    private CpuMeter(long pid, double idleLoad) {
        this.processStat = stat(pid);
        this.idleLoad = idleLoad;
    }

    /** CPU time of one process in milliseconds, its threads included; 0 when it has ended. */
    public static double processMilliseconds(long pid) {
        try {
            return milliseconds(ticks(stat(pid)));
        } catch (IOException ended) {
            return 0;
        }
    }

    /** CPU time of this program in milliseconds, without its compiler. */
    public static double ownMilliseconds() {
        return processMilliseconds(ProcessHandle.current().pid()) - COMPILER.milliseconds();
    }

    /** The same idle machine, and another process. */
    public CpuMeter of(long pid) {
        return new CpuMeter(pid, idleLoad);
    }

    /** What the idle machine uses, as a share of one core. */
    public double idleCores() {
        return idleLoad * NANOSECONDS_PER_SECOND / TICKS_PER_SECOND;
    }

    /** What the work costs, with what the kernel does about it in the moments after it. */
    public Spent measure(Runnable work, Duration aftermath) {
        Reading before = read();
        work.run();
        Waiting.pause(aftermath);
        Reading after = read();
        double idle = idleLoad * (after.nanoTime - before.nanoTime);
        double compiler = Math.max(0, after.compilerMilliseconds - before.compilerMilliseconds);
        return new Spent(
                Math.max(0, milliseconds(after.machineTicks - before.machineTicks - idle) - compiler),
                (after.sandboxMicroseconds - before.sandboxMicroseconds) / MICROSECONDS_PER_MILLISECOND - compiler,
                milliseconds(after.processTicks - before.processTicks));
    }

    private static Path stat(long pid) {
        return Path.of("/proc/" + pid + "/stat");
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
            return new Reading(
                    System.nanoTime(), busy, sandboxMicroseconds(), ticks(processStat), COMPILER.milliseconds());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static double ticks(Path processStat) throws IOException {
        String stat = Files.readString(processStat);
        // After the program's name in parentheses: state is the 1st word, utime the 12th, stime the 13th.
        List<String> process = words(stat.substring(stat.lastIndexOf(')') + 2));
        return number(process, 11) + number(process, 12);
    }

    private static double sandboxMicroseconds() throws IOException {
        return Files.readAllLines(SANDBOX).stream()
                .filter(line -> line.startsWith("usage_usec "))
                .mapToDouble(line -> number(words(line), 1))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+", -1));
    }

    private static double number(List<String> words, int index) {
        return Double.parseDouble(words.get(index));
    }
}
