package io.berth.e2e.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the parts under test, the programs they are tested with and the files of a run are. */
public final class Places {
    private Places() {}

    /** The daemon's distribution, as cri-server assembles it. */
    public static Path distribution() {
        return property("berth.e2e.dist");
    }

    /** Where the shim's build leaves its programs. */
    public static Path shimBuild() {
        return property("berth.e2e.shim");
    }

    /** Where the files of test runs go. */
    public static Path work() {
        return property("berth.e2e.work");
    }

    /**
     * A program of the distribution's: from the packages that {@code ./test} unpacked aside, or else installed.
     *
     * @throws IllegalStateException when it is in neither place
     */
    public static Path tool(String name) {
        return findTool(name)
                .orElseThrow(() -> new IllegalStateException(
                        name + " is neither in " + property("berth.e2e.tools") + " nor installed: ./test fetches it"));
    }

    /** As {@link #tool(String)}, for a program that need not be there. */
    public static Optional<Path> findTool(String name) {
        Path aside = property("berth.e2e.tools");
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        return Stream.concat(
                        Stream.of("usr/sbin", "usr/bin", "bin").map(aside::resolve),
                        Arrays.stream(path.split(File.pathSeparator, -1)).map(Path::of))
                .map(directory -> directory.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Deletes a directory with all that is in it; nothing happens where there is none. */
    public static void deleteTree(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            List<Path> deepestFirst = paths.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static Path property(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("the system property " + name + " is not set");
        }
        return Path.of(value).normalize();
    }
}
