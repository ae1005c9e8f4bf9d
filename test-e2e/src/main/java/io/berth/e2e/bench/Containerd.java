package io.berth.e2e.bench;

import io.berth.e2e.daemon.ContainerdDaemon;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.RegistryProcess;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A containerd of the machine's own, with all its files in one directory, pulling the same images. */
final class Containerd {
    private Containerd() {}

    /** Prints what its pulls take; nothing where there is no containerd. */
    static void measure(Path parent, int runs, RegistryProcess registry) {
        Optional<Path> program = Places.findTool("containerd");
        if (program.isEmpty()) {
            return;
        }
        for (String packing : PullBenchmark.PACKINGS) {
            for (int run = 1; run <= runs; run++) {
                Path directory = parent.resolve("containerd-" + packing + run);
                try (ContainerdDaemon daemon =
                        ContainerdDaemon.start(program.get(), directory.resolve("root"), directory, "", Map.of())) {
                    PullBenchmark.measure(
                            "containerd", daemon.pid(), daemon.client(), registry, packing, packing + " " + run);
                }
            }
        }
    }
}
