package io.berth.e2e.compare;

import io.berth.e2e.bench.Memory;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What there is of a runtime while it has no pods.
 *
 * @param pods how many have come and gone
 * @param daemonMegabytes the daemon's memory (PSS)
 * @param availableMegabytes the machine's free memory
 * @param counts of everything that can be counted, by name
 */
record SoakLook(long pods, double daemonMegabytes, double availableMegabytes, Map<String, Long> counts) {
    private static final List<String> COUNTED = List.of(
            "descriptors",
            "threads",
            "helpers",
            "sandboxes",
            "containers",
            "processes",
            "links",
            "mounts",
            "cgroups",
            "files");

    static final String HEADING = String.format(Locale.ROOT, "%9s %11s %9s", "pods", "daemon, MB", "free, MB")
            + COUNTED.stream()
                    .map(name -> String.format(Locale.ROOT, " %11s", name))
                    .collect(Collectors.joining());

    private static final double KILOBYTES_PER_MEGABYTE = 1024;

    /** Spare shims, buffers and the like are not always as many. */
    private static final long SOME = 8;

    private static final double SOME_MEGABYTES = 16;
    private static final double SOME_MACHINE_MEGABYTES = 150;

    static SoakLook at(Contender contender, long pods) {
        Path process = Path.of("/proc/" + contender.daemon());
        Map<String, Long> counts = new LinkedHashMap<>();
        var runtime = contender.client().runtime();
        try {
            counts.put("descriptors", entries(process.resolve("fd"), each -> true));
            counts.put("threads", entries(process.resolve("task"), each -> true));
            counts.put("helpers", (long) contender.helpers().size());
            counts.put("sandboxes", (long) runtime.listPodSandbox(ListPodSandboxRequest.getDefaultInstance())
                    .getItemsCount());
            counts.put("containers", (long) runtime.listContainers(ListContainersRequest.getDefaultInstance())
                    .getContainersCount());
            counts.put(
                    "processes",
                    entries(
                            Path.of("/proc"),
                            each -> each.getFileName().toString().matches("\\d+")));
            counts.put("links", NetworkInterface.networkInterfaces().count());
            counts.put("mounts", (long)
                    Files.readAllLines(Path.of("/proc/self/mountinfo")).size());
            counts.put("cgroups", below(Path.of("/sys/fs/cgroup"), Files::isDirectory));
            counts.put(
                    "files",
                    contender.directories().stream()
                            .mapToLong(directory -> below(directory, each -> true))
                            .sum());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return new SoakLook(
                pods,
                Memory.proportionalKilobytes(contender.daemon()) / KILOBYTES_PER_MEGABYTE,
                Memory.availableKilobytes() / KILOBYTES_PER_MEGABYTE,
                counts);
    }

    /** What there is more of than a little, one line each. */
    List<String> grownSince(SoakLook before) {
        List<String> grown = new ArrayList<>();
        counts.forEach((name, now) -> {
            long then = before.counts.getOrDefault(name, 0L);
            if (now > then + SOME) {
                grown.add(name + ": " + then + " after " + before.pods + " pods, " + now + " after " + pods);
            }
        });
        if (daemonMegabytes > before.daemonMegabytes + SOME_MEGABYTES) {
            grown.add(String.format(
                    Locale.ROOT, "daemon's memory: %.1f MB, then %.1f", before.daemonMegabytes, daemonMegabytes));
        }
        if (availableMegabytes < before.availableMegabytes - SOME_MACHINE_MEGABYTES) {
            grown.add(String.format(
                    Locale.ROOT,
                    "memory in use: %.0f MB free, then %.0f",
                    before.availableMegabytes,
                    availableMegabytes));
        }
        return grown;
    }

    String line() {
        return String.format(Locale.ROOT, "%9d %11.1f %9.0f", pods, daemonMegabytes, availableMegabytes)
                + COUNTED.stream()
                        .map(name -> String.format(Locale.ROOT, " %11d", counts.getOrDefault(name, 0L)))
                        .collect(Collectors.joining());
    }

    private static long entries(Path directory, Predicate<Path> which) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(which).count();
        }
    }

    private static long below(Path directory, Predicate<Path> which) {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(which).count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
