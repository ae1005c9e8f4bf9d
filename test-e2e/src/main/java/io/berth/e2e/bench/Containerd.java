package io.berth.e2e.bench;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import io.berth.e2e.registry.RegistryProcess;
import io.berth.proto.cri.v1.ImageFsInfoRequest;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A containerd of the machine's own, with all its files in one directory, pulling the same images. */
final class Containerd {
    private Containerd() {}

    /** Prints what its pulls take; nothing where there is no containerd. */
    static void measure(Path parent, int runs, RegistryProcess registry) throws IOException {
        Optional<Path> program = Places.findTool("containerd");
        if (program.isEmpty()) {
            return;
        }
        for (String packing : PullBenchmark.PACKINGS) {
            for (int run = 1; run <= runs; run++) {
                String name = packing + " " + run;
                Path directory = Files.createDirectories(parent.resolve("containerd-" + packing + run));
                measure(program.get(), directory, registry, packing, name);
            }
        }
    }

    private static void measure(Path program, Path directory, RegistryProcess registry, String packing, String name)
            throws IOException {
        Path socket = directory.resolve("containerd.sock");
        Path config = directory.resolve("config.toml");
        Files.writeString(config, """
                version = 2
                root = "%1$s/root"
                state = "%1$s/state"
                [grpc]
                address = "%2$s"
                """.formatted(directory, socket));
        Process process = new ProcessBuilder(program.toString(), "--config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        try (CriClient client = new CriClient(socket)) {
            Waiting.until("containerd to answer", () -> answers(client));
            PullBenchmark.measure("containerd", process.pid(), client, registry, packing, name);
        } finally {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private static boolean answers(CriClient client) {
        try {
            client.reconnect();
            client.images().imageFsInfo(ImageFsInfoRequest.getDefaultInstance());
            return true;
        } catch (StatusRuntimeException notYet) {
            return false;
        }
    }
}
