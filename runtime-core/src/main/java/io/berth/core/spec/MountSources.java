package io.berth.core.spec;

import io.berth.core.container.MountConfig;
import io.berth.core.container.MountPropagation;
import io.berth.core.error.BerthException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The host's side of bind mounts. */
final class MountSources {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    private MountSources() {}

    static String propagation(MountPropagation propagation) {
        return switch (propagation) {
            case PRIVATE -> "rprivate";
            case HOST_TO_CONTAINER -> "rslave";
            case BIDIRECTIONAL -> "rshared";
        };
    }

    /**
     * The path with its symbolic links followed. A missing one is made a directory, as Kubernetes expects of a runtime;
     * where that cannot be, the request is at fault.
     */
    static String resolve(MountConfig mount, String destination) {
        String source = mount.hostPath();
        if (source.isEmpty() || !source.startsWith("/") || source.indexOf('\0') >= 0) {
            throw BerthException.invalidArgument("the mount on " + destination + " has the host_path \"" + source
                    + "\", which is not an absolute path");
        }
        Path path = Path.of(source);
        try {
            Path real = realPath(path);
            requirePropagation(mount, real, destination);
            return real.toString();
        } catch (IOException failure) {
            throw BerthException.invalidArgument("the mount on " + destination + " has the host_path \"" + source
                    + "\", which is not there and cannot be made a directory: " + failure.getMessage());
        }
    }

    private static Path realPath(Path path) throws IOException {
        try {
            return path.toRealPath();
        } catch (NoSuchFileException absent) {
            Files.createDirectories(path);
            return path.toRealPath();
        }
    }

    private static void requirePropagation(MountConfig mount, Path source, String destination) throws IOException {
        switch (mount.propagation()) {
            case PRIVATE -> {
                // Holds on every mount.
            }
            case HOST_TO_CONTAINER -> require(source, destination, List.of("shared:", "master:"), "shared or slave");
            case BIDIRECTIONAL -> require(source, destination, List.of("shared:"), "shared");
        }
    }

    private static void require(Path source, String destination, List<String> wanted, String words) throws IOException {
        String options = propagationOf(source);
        if (wanted.stream().noneMatch(options::contains)) {
            throw BerthException.invalidArgument("the mount on " + destination + " wants propagation, but " + source
                    + " is not on a " + words + " mount: mount --make-rshared it");
        }
    }

    /** The optional fields of the mount that the path is on (proc_pid_mountinfo(5)). */
    private static String propagationOf(Path source) throws IOException {
        String best = "";
        int longest = -1;
        for (String line : Files.readAllLines(MOUNTS)) {
            String[] fields = line.split(" ", -1);
            Path point = Path.of(unescape(fields[4]));
            if (source.startsWith(point) && point.getNameCount() >= longest) {
                longest = point.getNameCount();
                StringBuilder optional = new StringBuilder();
                for (int index = 6; index < fields.length && !fields[index].equals("-"); index++) {
                    optional.append(fields[index]).append(' ');
                }
                best = optional.toString();
            }
        }
        return best;
    }

    private static String unescape(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
