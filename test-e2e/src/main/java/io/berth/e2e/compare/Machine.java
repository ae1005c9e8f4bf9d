package io.berth.e2e.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * Where it was measured.
 *
 * @param processor its model
 * @param controllers the cgroup controllers that containers' limits can use
 */
record Machine(LocalDate date, int cores, String processor, long memoryMegabytes, String kernel, String controllers) {
    private static final long KILOBYTES_PER_MEGABYTE = 1024;

    static Machine here() {
        return new Machine(
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                line("/proc/cpuinfo", "model name"),
                Long.parseLong(line("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / KILOBYTES_PER_MEGABYTE,
                System.getProperty("os.version"),
                line("/sys/fs/cgroup/cgroup.controllers", ""));
    }

    String text() {
        return date + ": " + cores + (cores == 1 ? " core" : " cores")
                + (processor.isEmpty() ? "" : " (" + processor + ")")
                + ", " + memoryMegabytes + " MB, Linux " + kernel + ", cgroup controllers: "
                + (controllers.isEmpty() ? "none" : controllers);
    }

    /** The same in fewer words. */
    String brief() {
        return date + ", " + cores + (cores == 1 ? " core" : " cores") + ", Linux " + kernel.replaceFirst("-.*", "");
    }

    /** What comes after the first colon of the first line that starts so, or all of a line that has none. */
    private static String line(String file, String start) {
        try {
            return Files.readAllLines(Path.of(file)).stream()
                    .filter(line -> line.startsWith(start))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
