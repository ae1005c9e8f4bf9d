package io.berth.e2e.durability;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import io.berth.e2e.registry.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * One life of the virtual machine whose power is to be cut: starts the daemon on what is on the disk, says what it
 * finds, and then pulls, creates and removes until the power goes. Arguments: the storage of a registry, the directory
 * of descriptions of the images in it, a seed.
 */
public final class MachineRound {
    /** Begins the line with what was found. */
    static final String FOUND = "FOUND ";

    /** The line after which the power may go. */
    static final String WORKING = "WORKING";

    private MachineRound() {}

    public static void main(String[] arguments) throws IOException {
        Random random = new Random(Long.parseLong(arguments[2]));
        Path memory = Path.of("/tmp/round");
        DaemonConfig config = Images.withoutOthers(DaemonConfig.in(Places.work().resolve("machine")));
        Files.createDirectories(config.runDirectory());
        Command.output("mount", "-t", "tmpfs", "tmpfs", config.runDirectory().toString());
        RegistryProcess registry = RegistryProcess.startOn(Path.of(arguments[0]), memory);
        List<CargoImage> cargo = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(arguments[1]))) {
            for (Path file : files.sorted().toList()) {
                cargo.add(CargoImage.read(file));
            }
        }
        Images images = new Images(registry.address(), cargo);
        BerthDaemon daemon = BerthDaemon.start(config);
        Inspection.Findings found = new Inspection(daemon, images, memory.resolve("logs")).inspect(false);
        List<String> wrong = new ArrayList<>(found.wrong());
        for (String area : List.of("incoming", "trash", "snapshots")) {
            Path directory = config.stateDirectory().resolve("images").resolve(area);
            try {
                Waiting.until(directory + " to be empty", () -> isEmpty(directory));
            } catch (IllegalStateException full) {
                wrong.add(String.valueOf(full.getMessage()));
            }
        }
        System.out.println(FOUND + found.images() + " images, " + found.pods() + " pods; wrong: " + wrong);
        new Workload(daemon.client(), images, memory.resolve("logs"), () -> false).start(random);
        System.out.println(WORKING);
        Waiting.pause(Duration.ofHours(1));
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }
}
