package io.berth.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of processes, in kilobytes of 1024 bytes, from {@code /proc/PID/smaps_rollup}. */
public final class Memory {
    private Memory() {}

    /** What would be free if the process ended. */
    static long privateKilobytes(long pid) {
        return field(pid, "Private_Clean:") + field(pid, "Private_Dirty:");
    }

    /** Its share: what several processes have in common is divided among them. */
    public static long proportionalKilobytes(long pid) {
        return field(pid, "Pss:");
    }

    /** What the machine could still give to programs without swapping. */
    public static long availableKilobytes() {
        return field(Path.of("/proc/meminfo"), "MemAvailable:");
    }

    static long residentKilobytes(long pid) {
        return field(pid, "Rss:");
    }

    /** Forgets the most that the process had resident, so that {@link #peakKilobytes} tells of what comes now. */
    static void forgetPeak(long pid) {
        try {
            Files.writeString(Path.of("/proc/" + pid + "/clear_refs"), "5");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The most that the process had resident since {@link #forgetPeak}. */
    static long peakKilobytes(long pid) {
        return field(Path.of("/proc/" + pid + "/status"), "VmHWM:");
    }

    private static long field(long pid, String name) {
        return field(Path.of("/proc/" + pid + "/smaps_rollup"), name);
    }

    private static long field(Path file, String name) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
