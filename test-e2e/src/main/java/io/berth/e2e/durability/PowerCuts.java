package io.berth.e2e.durability;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Pulls, creates and removes with the daemon's state on a disk that loses what was not flushed, takes the disk's power
 * away at random moments, ends all that ran as a machine without power does, starts the daemon on what has survived,
 * and looks at every image that it lists. In the sandbox only.
 */
public final class PowerCuts {
    private static final long DISK_BYTES = 512L << 20;
    private static final int LONGEST_ROUND_MILLISECONDS = 2_500;
    /** A pull of one of the images takes some hundred. */
    private static final int MOST_WRITES = 1_500;

    private static final Path CGROUP = Path.of("/sys/fs/cgroup/berth");

    private PowerCuts() {}

    /**
     * Runs a series.
     *
     * @param progress is told of each round
     */
    public static Figures run(Images images, int cuts, long seed, Consumer<String> progress) {
        Path directory = Places.work().resolve("power-cuts");
        Places.deleteTree(directory);
        Random random = new Random(seed);
        DaemonConfig config = Images.withoutOthers(DaemonConfig.in(directory));
        Figures figures = new Figures("power cuts");
        try (LossyFileSystem disk =
                LossyFileSystem.create(config.stateDirectory(), directory.resolve("disk"), DISK_BYTES)) {
            try (BerthDaemon daemon = BerthDaemon.start(config)) {
                Path logs = directory.resolve("logs");
                Inspection inspection = new Inspection(daemon, images, logs);
                inspection.remember();
                while (figures.number() < cuts) {
                    Workload work = new Workload(daemon.client(), images, logs, disk.disk()::isDark).start(random);
                    cutPower(disk.disk(), random);
                    daemon.kill();
                    figures.addWrong(work.join());
                    endEverything(daemon);
                    LossyDisk.Loss loss = disk.powerOn(random, share(random));
                    daemon.start();
                    boolean last = figures.number() + 1 == cuts;
                    Inspection.Findings found = inspection.inspect(last || random.nextInt(3) == 0);
                    figures.add(work.steps(), loss, found, images.all().size());
                    progress.accept(figures.number() + ": " + work.steps() + " steps, "
                            + disk.disk().flushes() + " flushes, " + loss + ", " + found);
                }
            }
            String damage = disk.check();
            if (!damage.isEmpty()) {
                figures.addWrong(List.of("the file system itself: " + damage));
            }
        }
        Places.deleteTree(directory);
        return figures;
    }

    /** Most cuts come right after a write: those meet what happens quickly. The others come after a time. */
    private static void cutPower(LossyDisk disk, Random random) {
        if (random.nextInt(4) > 0) {
            disk.powerOffAfter(1 + random.nextInt(MOST_WRITES));
        }
        Duration longest = Duration.ofMillis(50 + random.nextInt(LONGEST_ROUND_MILLISECONDS));
        long end = System.nanoTime() + longest.toNanos();
        while (!disk.isDark() && System.nanoTime() < end) {
            Waiting.pause(Duration.ofMillis(1));
        }
        disk.powerOff();
    }

    /** All, nothing or something of what the disk had not made durable. */
    private static double share(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> 1;
            default -> random.nextDouble();
        };
    }

    /** What runs and what is only in memory goes with the power. */
    private static void endEverything(BerthDaemon daemon) {
        try {
            endShims(daemon.config().runDirectory());
            if (Files.exists(CGROUP)) {
                Files.writeString(CGROUP.resolve("cgroup.kill"), "1");
                Waiting.until(
                        "the pods' processes to end",
                        () -> Files.readString(CGROUP.resolve("cgroup.events")).contains("populated 0"));
                try (Stream<Path> groups = Files.walk(CGROUP)) {
                    for (Path group : groups.filter(Files::isDirectory)
                            .sorted(Comparator.reverseOrder())
                            .toList()) {
                        Files.delete(group);
                    }
                }
            }
            Places.deleteTree(daemon.config().runDirectory());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** As it shows it; {@link ProcessHandle} knows only one whose arguments have not been replaced. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    /** One that was just being started has told nobody its process ID yet. */
    private static void endShims(Path runDirectory) {
        Waiting.until("the shims to end", () -> {
            List<ProcessHandle> shims = ProcessHandle.allProcesses()
                    .filter(process -> commandLine(process).contains("--directory " + runDirectory))
                    .toList();
            shims.forEach(ProcessHandle::destroyForcibly);
            return shims.isEmpty();
        });
    }
}
