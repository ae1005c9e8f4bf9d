package io.berth.imagefs.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Conditions for tests that make device nodes and trusted attributes. */
public final class Root {
    private Root() {}

    /** For {@code @EnabledIf}. */
    public static boolean isRoot() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+0\\s.*"));
    }
}
