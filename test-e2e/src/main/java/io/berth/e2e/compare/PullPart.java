package io.berth.e2e.compare;

import io.berth.e2e.bench.BenchmarkImage;
import io.berth.e2e.bench.PullRun;
import io.berth.e2e.image.Compression;
import io.berth.e2e.process.Places;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** How long a new image takes from a registry on the same machine, packed with gzip and with zstd. */
final class PullPart implements Part {
    private static final int ROUNDS = 2;

    /** An image in the registry that no contender has. */
    private record Fresh(String reference, Compression compression, long megabytes) {}

    @Override
    public void measure(Session session) {
        session.progress().accept("pull: making images");
        List<Fresh> images = make(session);
        for (Fresh image : images) {
            for (Pods pods : session.contenders()) {
                measure(session, pods, image);
            }
        }
    }

    private static void measure(Session session, Pods pods, Fresh image) {
        Contender contender = pods.contender();
        String packing = image.compression.name().toLowerCase(Locale.ROOT);
        session.progress().accept("pull: " + packing + ", " + contender.name());
        PullRun run = PullRun.measure(
                contender.name(),
                contender.daemon(),
                contender.client(),
                session.meter(pods),
                image.reference,
                packing);
        String what = "pull of " + image.megabytes + " MB, " + packing;
        session.results().add(Figure.less(what, "s"), contender, run.seconds());
        session.results().add(Figure.less(what + ": CPU of all", "s"), contender, run.machineCpu());
        session.results().add(Figure.less(what + ": peak above", "MB"), contender, run.peakMegabytes());
    }

    /** No layer is in two of them: a runtime would know it by what is in it, however it is packed. */
    private static List<Fresh> make(Session session) {
        List<Long> layers = session.scale().layers();
        List<Fresh> images = new ArrayList<>();
        try {
            for (int round = 0; round < ROUNDS; round++) {
                for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
                    String name = "fresh" + images.size();
                    Path directory = Files.createDirectory(session.disk().resolve(name));
                    session.registry()
                            .client()
                            .push(
                                    "bench/" + name,
                                    "1",
                                    Objects.requireNonNull(BenchmarkImage.make(directory, name, layers)
                                            .get(compression)));
                    Places.deleteTree(directory);
                    long files = layers.stream().mapToLong(Long::longValue).sum();
                    images.add(new Fresh(session.registry().address() + "/bench/" + name + ":1", compression, files));
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return images;
    }
}
