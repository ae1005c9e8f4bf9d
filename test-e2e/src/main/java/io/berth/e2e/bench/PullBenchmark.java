package io.berth.e2e.bench;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.ContainerdDaemon;
import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.image.Compression;
import io.berth.e2e.image.LargeImage;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Measures pulls of a large image from a registry on the same machine. To be run in the sandbox, by
 * {@code test-e2e/bench-pull}. Where a containerd is on the PATH it pulls the same image in turns with berthd.
 */
public final class PullBenchmark {
    private static final List<String> PACKINGS = List.of("gzip", "zstd");

    private PullBenchmark() {}

    /** Argument: how often each image is pulled. */
    public static void main(String[] arguments) throws IOException {
        int runs = Integer.parseInt(arguments[0]);
        Path directory = Places.work().resolve("bench-pull");
        Places.deleteTree(directory);
        Files.createDirectories(directory);
        try (RegistryProcess registry = RegistryProcess.start(directory)) {
            push(registry, directory);
            System.out.println();
            System.out.println(PullRun.HEADING);
            Optional<Path> containerd = Places.findTool("containerd");
            for (String packing : PACKINGS) {
                for (int run = 1; run <= runs; run++) {
                    String name = packing + " " + run;
                    DaemonConfig config = DaemonConfig.in(directory.resolve("berth-" + packing + run));
                    try (BerthDaemon daemon = BerthDaemon.start(config)) {
                        measure("berthd", daemon.pid(), daemon.client(), registry, packing, name);
                    }
                    if (containerd.isPresent()) {
                        Path own = directory.resolve("containerd-" + packing + run);
                        try (ContainerdDaemon daemon = ContainerdDaemon.start(
                                containerd.get(), own.resolve("root"), own, "", Map.of(), CriClient::new)) {
                            measure("containerd", daemon.pid(), daemon.client(), registry, packing, name);
                        }
                    }
                }
            }
        } finally {
            Places.deleteTree(directory);
        }
        System.exit(0);
    }

    /** Warms a runtime that has nothing yet with the small image, and measures the large one. */
    private static void measure(
            String runtime, long pid, CriClient client, RegistryProcess registry, String packing, String name) {
        PullRun.pull(client, registry.address() + "/bench/small:" + packing);
        CpuMeter meter = new CpuMeter(pid);
        String image = registry.address() + "/bench/large:" + packing;
        System.out.println(
                PullRun.measure(runtime, pid, client, meter, image, name).line());
    }

    private static void push(RegistryProcess registry, Path directory) throws IOException {
        Path layers = Files.createDirectory(directory.resolve("layers"));
        BenchmarkImage.makeSmall(layers)
                .forEach((compression, image) -> registry.client().push("bench/small", tag(compression), image));
        Map<Compression, LargeImage> images = BenchmarkImage.make(layers);
        images.forEach((compression, image) -> {
            String tag = tag(compression);
            registry.client().push("bench/large", tag, image);
            System.out.printf(
                    Locale.ROOT, "%s: %d layers, %d MB%n", tag, image.layers().size(), image.packedBytes() / 1_000_000);
        });
        Places.deleteTree(layers);
    }

    private static String tag(Compression compression) {
        return compression.name().toLowerCase(Locale.ROOT);
    }
}
