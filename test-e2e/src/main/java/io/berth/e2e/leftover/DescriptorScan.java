package io.berth.e2e.leftover;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The open descriptors of one process, by what they lead to. */
final class DescriptorScan {
    private DescriptorScan() {}

    /** Targets of all descriptors, without the numbers that differ between two of a kind. */
    static List<String> of(long pid) {
        Map<String, String> sockets = socketKinds(pid);
        List<String> targets = new ArrayList<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                String name = name(descriptor, sockets);
                if (!varies(name) && !(isKept(name) && targets.contains(name))) {
                    targets.add(name);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return targets;
    }

    /**
     * Pooled connections to a registry end when they please; the daemon keeps a bounded number of device programs, and
     * none after a restart.
     */
    private static boolean varies(String name) {
        return name.isEmpty()
                || name.equals("socket tcp")
                || name.equals("socket tcp6")
                || name.equals("anon_inode:bpf-prog");
    }

    /** SQLite keeps a descriptor that it closed while another connection held a lock, and uses it again. */
    private static boolean isKept(String name) {
        return name.endsWith(".db");
    }

    private static String name(Path descriptor, Map<String, String> sockets) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            if (target.startsWith("socket:[")) {
                String inode = target.substring("socket:[".length(), target.length() - 1);
                return "socket " + sockets.getOrDefault(inode, "other");
            }
            return target.replaceFirst("^(pipe|net|mnt|pid|user|uts|ipc|cgroup):\\[\\d+]$", "$1");
        } catch (IOException closed) {
            return "";
        }
    }

    /** Inode to kind of each socket in the process's network namespace. */
    private static Map<String, String> socketKinds(long pid) {
        Map<String, String> kinds = new HashMap<>();
        // Which column holds the inode, by file.
        Map<String, Integer> columns = Map.of("tcp", 9, "tcp6", 9, "udp", 9, "unix", 6);
        columns.forEach((file, column) -> {
            for (String line : LeftoverScan.lines(Path.of("/proc/" + pid + "/net/" + file))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields.length > column) {
                    kinds.put(fields[column], file);
                }
            }
        });
        return kinds;
    }
}
