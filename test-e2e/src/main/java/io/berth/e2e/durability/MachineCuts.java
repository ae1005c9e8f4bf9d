package io.berth.e2e.durability;

import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import io.berth.e2e.registry.RegistryProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Cuts the power of a whole virtual machine: qemu is killed, and its disk, a {@link LossyDisk}, has lost of its cache
 * what it may lose. Each life of the machine is a {@link MachineRound}. Arguments: {@code vm/run}, the class path of
 * the machine's program, the virtual machine's Java with its options, how many cuts, a seed.
 */
public final class MachineCuts {
    private static final long DISK_BYTES = 1L << 30;
    private static final int LONGEST_WORK_SECONDS = 25;
    /** As the machine's kernel sends them: fewer and larger ones than those of the cuts on the host. */
    private static final int MOST_WRITES = 60;

    private MachineCuts() {}

    public static void main(String[] arguments) throws IOException {
        int cuts = Integer.parseInt(arguments[2]);
        Random random = new Random(Long.parseLong(arguments[3]));
        Path directory = Files.createDirectories(Places.work().resolve("machine-cuts"));
        Path descriptions = Files.createDirectories(directory.resolve("cargo"));
        Path socket = directory.resolve("disk.sock");
        int wrong = 0;
        // Ended by a signal, it takes the machine and the registry with it.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly),
                        "end-processes"));
        try (RegistryProcess registry = RegistryProcess.start(directory);
                LossyDisk disk = LossyDisk.create(directory.resolve("platter"), DISK_BYTES)) {
            Images images = Images.push(registry, directory);
            for (CargoImage image : images.all()) {
                image.write(descriptions.resolve(image.repository().replace('/', '-')));
            }
            for (int cut = 0; cut <= cuts; cut++) {
                String command =
                        arguments[1] + " " + registry.storage() + " " + descriptions + " " + random.nextInt(1 << 30);
                try (NbdDisk _ = NbdDisk.serve(disk, socket)) {
                    List<String> found = live(List.of(arguments[0], "-b", socket.toString(), command), disk, random);
                    wrong += found.stream().anyMatch(line -> line.endsWith("wrong: []")) ? 0 : 1;
                    System.out.println(
                            (cut == 0 ? "first boot: " : "after cut " + cut + ": ") + String.join(" | ", found));
                }
                String written = disk.writes() + " writes and " + disk.flushes() + " flushes so far, ";
                System.out.println(written + disk.powerOn(random, random.nextInt(3) == 0 ? 1 : random.nextDouble()));
            }
        } finally {
            Places.deleteTree(directory);
        }
        System.out.println(cuts + " power cuts of the virtual machine, after " + wrong + " something was wrong");
        System.exit(wrong == 0 ? 0 : 1);
    }

    /** Most cuts come right after a write, when something is on its way to the disk; the others come after a time. */
    private static void cutPower(LossyDisk disk, Random random) {
        if (random.nextInt(4) > 0) {
            disk.powerOffAfter(1 + random.nextInt(MOST_WRITES));
        }
        long end = System.nanoTime()
                + Duration.ofMillis(500 + random.nextInt(LONGEST_WORK_SECONDS * 1000))
                        .toNanos();
        while (!disk.isDark() && System.nanoTime() < end) {
            Waiting.pause(Duration.ofMillis(1));
        }
        disk.powerOff();
    }

    /** From boot to power cut; what the machine said of what it found, or all it said where it did not come so far. */
    private static List<String> live(List<String> command, LossyDisk disk, Random random) throws IOException {
        Process machine = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        List<String> found = new ArrayList<>();
        try (BufferedReader console =
                new BufferedReader(new InputStreamReader(machine.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = console.readLine(); line != null; line = console.readLine()) {
                said.add(line.strip());
                if (line.contains(MachineRound.FOUND)) {
                    found.add(line.substring(line.indexOf(MachineRound.FOUND)).strip());
                }
                if (line.contains(MachineRound.WORKING)) {
                    cutPower(disk, random);
                    break;
                }
            }
            disk.powerOff();
            // qemu goes with the script that started it.
            machine.destroyForcibly();
            machine.onExit().join();
        }
        return found.isEmpty() ? said : found;
    }
}
