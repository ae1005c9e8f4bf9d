package io.berth.e2e.leftover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The processes of the machine, and the namespaces that they and their descriptors hold. */
final class ProcessScan {
    private static final List<String> NAMESPACES = List.of("net", "mnt", "ipc", "uts", "pid", "user", "cgroup");

    private ProcessScan() {}

    /** What each process runs. */
    static List<String> programs() {
        List<String> programs = new ArrayList<>();
        for (Path process : processes()) {
            try {
                String arguments = Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                String name = Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1)
                        .strip();
                if (!isOurs(name, arguments)) {
                    programs.add(
                            arguments.isEmpty()
                                    ? "[" + name + "]"
                                    : SpareShims.nameless(
                                            arguments.replace('\0', ' ').strip()));
                }
            } catch (IOException ended) {
                // It ended while we looked.
            }
        }
        return programs;
    }

    /** The virtual machine starts its children by a helper that may be seen under way. */
    private static boolean isOurs(String name, String arguments) {
        return name.equals("jspawnhelper") || arguments.startsWith("nft\0");
    }

    /** Each namespace that some process is in, once: what stays after a pod is gone is a leak. */
    static List<String> namespaces() {
        Set<String> namespaces = new LinkedHashSet<>();
        for (Path process : processes()) {
            if (SpareShims.is(process)) {
                continue;
            }
            for (String kind : NAMESPACES) {
                readLink(process.resolve("ns").resolve(kind), namespaces);
            }
            try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
                for (Path descriptor : descriptors) {
                    Set<String> target = new LinkedHashSet<>();
                    readLink(descriptor, target);
                    target.stream()
                            .filter(name -> NAMESPACES.stream().anyMatch(kind -> name.startsWith(kind + ":[")))
                            .forEach(namespaces::add);
                }
            } catch (IOException | java.nio.file.DirectoryIteratorException ended) {
                // It ended while we looked.
            }
        }
        return List.copyOf(namespaces);
    }

    static void readLink(Path link, Set<String> into) {
        try {
            into.add(Files.readSymbolicLink(link).toString());
        } catch (IOException ended) {
            // The process or the descriptor is gone.
        }
    }

    private static List<Path> processes() {
        List<Path> processes = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            entries.forEach(processes::add);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return processes;
    }
}
