package io.berth.e2e.leftover;

import io.berth.e2e.process.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Looks at the machine for everything that a container runtime can leave behind. Meant to run inside the sandbox, where
 * nobody else adds anything.
 *
 * @param directories directories of the daemon whose files count
 */
public record LeftoverScan(List<Path> directories) {
    /** The daemon's descriptors count too, when it runs. */
    public Leftovers withDaemon(long pid) {
        NavigableMap<String, NavigableMap<String, Integer>> kinds = look();
        kinds.put("descriptor", Leftovers.count(DescriptorScan.of(pid)));
        return new Leftovers(kinds);
    }

    /** Without a daemon. */
    public Leftovers machine() {
        return new Leftovers(look());
    }

    private NavigableMap<String, NavigableMap<String, Integer>> look() {
        SpareShims spares = SpareShims.in(directories);
        NavigableMap<String, NavigableMap<String, Integer>> kinds = new TreeMap<>();
        kinds.put("mount", Leftovers.count(mounts()));
        kinds.put("link", Leftovers.count(links(spares)));
        kinds.put("nftables", Leftovers.count(nftables()));
        kinds.put("cgroup", Leftovers.count(cgroups()));
        kinds.put("process", Leftovers.count(ProcessScan.programs()));
        kinds.put("namespace", Leftovers.count(ProcessScan.namespaces()));
        kinds.put(
                "file",
                Leftovers.count(directories.stream()
                        .flatMap(directory -> files(directory, spares))
                        .toList()));
        return kinds;
    }

    private static List<String> mounts() {
        // 36 35 98:0 /root /mount/point options... - type source superoptions
        return lines(Path.of("/proc/self/mountinfo")).stream()
                .map(line -> line.split(" ", -1))
                .map(fields -> fields[4] + " from " + fields[3])
                .toList();
    }

    private static List<String> links(SpareShims spares) {
        try {
            return NetworkInterface.networkInterfaces()
                    .map(link -> spares.namelessLink(link.getName()))
                    .toList();
        } catch (SocketException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> nftables() {
        return Command.output("nft", "--stateless", "list", "ruleset")
                .lines()
                .map(String::strip)
                .toList();
    }

    private static List<String> cgroups() {
        Path root = Path.of("/sys/fs/cgroup");
        return walk(root)
                .filter(Files::isDirectory)
                .map(path -> "/" + root.relativize(path))
                .toList();
    }

    private static Stream<String> files(Path directory, SpareShims spares) {
        return walk(directory)
                // A database's side files come and go with its transactions.
                .filter(path ->
                        !path.toString().endsWith("-wal") && !path.toString().endsWith("-shm"))
                .map(spares::namelessFile);
    }

    private static Stream<Path> walk(Path directory) {
        if (!Files.exists(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.toList().stream();
        } catch (UncheckedIOException | IOException vanishing) {
            // Something was removed under way: what is gone does not count, so look again.
            return walk(directory);
        }
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException gone) {
            return new ArrayList<>();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
