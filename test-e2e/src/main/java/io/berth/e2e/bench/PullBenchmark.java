package io.berth.e2e.bench;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.image.Compression;
import io.berth.e2e.image.LargeImage;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * Measures pulls of a large image from a registry on the same machine. To be run in the sandbox, by
 * {@code test-e2e/bench-pull}. Where a containerd is on the PATH it pulls the same image, for comparison.
 */
public final class PullBenchmark {
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
            DaemonConfig config = DaemonConfig.in(directory.resolve("berth"));
            try (BerthDaemon daemon = BerthDaemon.start(config)) {
                CpuMeter meter = new CpuMeter(daemon.pid());
                for (String packing : new String[] {"gzip", "zstd"}) {
                    for (int run = 1; run <= runs; run++) {
                        System.out.println(PullRun.measure(
                                        "berthd",
                                        daemon.pid(),
                                        daemon.client(),
                                        meter,
                                        reference(registry, packing),
                                        packing + " " + run)
                                .line());
                    }
                }
            }
            Containerd.measure(directory, runs, registry.address());
        } finally {
            Places.deleteTree(directory);
        }
        System.exit(0);
    }

    static String reference(RegistryProcess registry, String packing) {
        return registry.address() + "/bench/large:" + packing;
    }

    private static void push(RegistryProcess registry, Path directory) throws IOException {
        Path layers = Files.createDirectory(directory.resolve("layers"));
        Map<Compression, LargeImage> images = BenchmarkImage.make(layers);
        images.forEach((compression, image) -> {
            String tag = compression.name().toLowerCase(Locale.ROOT);
            registry.client().push("bench/large", tag, image);
            System.out.printf(
                    Locale.ROOT, "%s: %d layers, %d MB%n", tag, image.layers().size(), image.packedBytes() / 1_000_000);
        });
        Places.deleteTree(layers);
    }
}
