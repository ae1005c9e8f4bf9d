package io.berth.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of processes, in kilobytes of 1024 bytes, from {@code /proc/PID/smaps_rollup}. */
final class Memory {
    private Memory() {}

    /** What would be free if the process ended. */
    static long privateKilobytes(long pid) {
        return field(pid, "Private_Clean:") + field(pid, "Private_Dirty:");
    }

    static long residentKilobytes(long pid) {
        return field(pid, "Rss:");
    }

    private static long field(long pid, String name) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/smaps_rollup")).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
