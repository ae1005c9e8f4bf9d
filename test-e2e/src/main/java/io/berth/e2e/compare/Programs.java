package io.berth.e2e.compare;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The programs that Berth is compared with.
 *
 * @param runtimes the OCI runtimes, one contender each
 * @param pause holds the namespaces of a pod, static
 * @param preload a library for all processes of containerd's, where one is needed
 */
record Programs(
        Path containerd,
        List<Path> runtimes,
        Path pause,
        @Nullable String preload) {
    /** As {@code ./bench} says by system properties: {@code berth.bench.containerd} and so on. */
    static Programs given() {
        return new Programs(
                Path.of(property("containerd")),
                Stream.of(property("runtimes").split(":", -1)).map(Path::of).toList(),
                Path.of(property("pause")),
                System.getProperty("berth.bench.preload"));
    }

    Map<String, String> environment() {
        return preload == null ? Map.of() : Map.of("LD_PRELOAD", preload);
    }

    private static String property(String name) {
        String value = System.getProperty("berth.bench." + name);
        if (value == null) {
            throw new IllegalStateException("the system property berth.bench." + name + " is not set");
        }
        return value;
    }
}
