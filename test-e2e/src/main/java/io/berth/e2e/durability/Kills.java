package io.berth.e2e.durability;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Pulls, creates and removes, kills the daemon at random moments, starts it again, and looks at every image that it
 * lists. In the sandbox only.
 */
public final class Kills {
    private static final int LONGEST_ROUND_MILLISECONDS = 1_200;

    private Kills() {}

    /**
     * Runs a series.
     *
     * @param progress is told of each round
     */
    public static Figures run(Images images, int kills, long seed, Consumer<String> progress) {
        Path directory = Places.work().resolve("kills");
        Places.deleteTree(directory);
        Random random = new Random(seed);
        Figures figures = new Figures("kills");
        try (BerthDaemon daemon = BerthDaemon.start(Images.withoutOthers(DaemonConfig.in(directory)))) {
            Path logs = directory.resolve("logs");
            Inspection inspection = new Inspection(daemon, images, logs);
            inspection.remember();
            while (figures.number() < kills) {
                AtomicBoolean over = new AtomicBoolean();
                Workload work = new Workload(daemon.client(), images, logs, over::get).start(random);
                Waiting.pause(Duration.ofMillis(20 + random.nextInt(LONGEST_ROUND_MILLISECONDS)));
                over.set(true);
                daemon.kill();
                figures.addWrong(work.join());
                daemon.start();
                boolean last = figures.number() + 1 == kills;
                Inspection.Findings found = inspection.inspect(last || random.nextInt(3) == 0);
                figures.add(
                        work.steps(),
                        new LossyDisk.Loss(0, 0),
                        found,
                        images.all().size());
                progress.accept(figures.number() + ": " + work.steps() + " steps, " + found);
            }
        }
        Places.deleteTree(directory);
        return figures;
    }
}
