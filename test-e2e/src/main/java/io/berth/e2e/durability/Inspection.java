package io.berth.e2e.durability;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.leftover.LeftoverScan;
import io.berth.e2e.leftover.Leftovers;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.RemoveImageRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at what a daemon has after it was started again. */
final class Inspection {
    private static final Duration SETTLING = Duration.ofSeconds(20);

    private final BerthDaemon daemon;
    private final Images images;
    private final Path logs;
    private final LeftoverScan scan;
    private @Nullable Leftovers empty;

    Inspection(BerthDaemon daemon, Images images, Path logs) {
        this.daemon = daemon;
        this.images = images;
        this.logs = logs;
        this.scan = new LeftoverScan(
                List.of(daemon.config().stateDirectory(), daemon.config().runDirectory()));
    }

    /** What was found: how many images were there, how many pods, and what is wrong. */
    record Findings(int images, int pods, List<String> wrong) {}

    /**
     * Removes all pods, reads every listed image, pulls and reads every other one.
     *
     * @param clear whether to remove all images in the end, after which nothing may be left
     */
    Findings inspect(boolean clear) {
        CriClient client = daemon.client();
        List<String> wrong = new ArrayList<>();
        int pods = client.removePods();
        Set<String> listed = Images.listed(client);
        List<CargoImage> here = images.all().stream()
                .filter(image -> listed.contains(image.id()))
                .toList();
        if (here.size() != listed.size()) {
            wrong.add("images that nobody pulled are listed: " + listed);
        }
        images.wrong(client, here, logs).forEach(text -> wrong.add("listed after the start, " + text));
        List<CargoImage> absent = images.all().stream()
                .filter(image -> !listed.contains(image.id()))
                .toList();
        absent.forEach(image -> images.pull(client, image));
        images.wrong(client, absent, logs).forEach(text -> wrong.add("pulled again, " + text));
        if (clear) {
            clear(client);
            wrong.addAll(leftovers());
        }
        return new Findings(here.size(), pods, wrong);
    }

    /** Remembers what there is without pods and images. */
    void remember() {
        inspect(false);
        clear(daemon.client());
        // Deleting goes on for a moment.
        Waiting.pause(Duration.ofSeconds(1));
        empty = scan.withDaemon(daemon.pid());
    }

    private List<String> leftovers() {
        try {
            Waiting.untilPresent(
                    () -> "nothing to be left",
                    () -> differences().isEmpty() ? Optional.of(true) : Optional.empty(),
                    SETTLING);
            return List.of();
        } catch (IllegalStateException timedOut) {
            return differences();
        }
    }

    private List<String> differences() {
        Leftovers before = empty;
        if (before == null) {
            throw new IllegalStateException("nothing was remembered");
        }
        return scan.withDaemon(daemon.pid()).since(before).stream()
                // A daemon that was started again has not opened all that it opens once.
                .filter(line -> !line.startsWith("- descriptor "))
                .toList();
    }

    private static void clear(CriClient client) {
        for (String id : Images.listed(client)) {
            client.images()
                    .removeImage(RemoveImageRequest.newBuilder()
                            .setImage(ImageSpec.newBuilder().setImage(id))
                            .build());
        }
    }
}
