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
     * The path with its symbolic links followed. A missing one is the request's fault, as the CRI has it (Mount,
     * host_path): to make a directory there is up to whoever knows whose it should be.
     */
    static String resolve(MountConfig mount, String destination) {
        String source = mount.hostPath();
        if (source.isEmpty() || !source.startsWith("/") || source.indexOf('\0') >= 0) {
            throw BerthException.invalidArgument("the mount on " + destination + " has the host_path \"" + source
                    + "\", which is not an absolute path");
        }
        Path path = Path.of(source);
        try {
            Path real = path.toRealPath();
            requirePropagation(mount, real, destination);
            return real.toString();
        } catch (NoSuchFileException absent) {
            throw BerthException.invalidArgument("the mount on " + destination + " has the host_path \"" + source
                    + "\": no such file or directory; make it on the node first (in Kubernetes, a hostPath of the type"
                    + " DirectoryOrCreate does)");
        } catch (IOException failure) {
            throw BerthException.invalidArgument(
                    "the mount on " + destination + " has the host_path \"" + source + "\": " + failure.getMessage());
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
