package io.berth.server.daemon;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What came with this daemon: its launcher says where, in the system property {@code berth.home}. */
final class Distribution {
    private Distribution() {}

    /** The pod supervisor's executable: the configured one, or that of the distribution. */
    static Path shim(@Nullable Path configured) {
        Path home = home();
        Path shim = configured != null ? configured : home == null ? null : home.resolve("libexec/berth-shim");
        if (shim == null) {
            throw new StartupException("no berth-shim is known: start the daemon by bin/berthd, or set \"shim_path\"");
        }
        if (!Files.isExecutable(shim)) {
            throw new StartupException("the pod supervisor " + shim + " is not there or not executable: "
                    + (configured != null ? "see \"shim_path\"" : "is this distribution complete?"));
        }
        return shim;
    }

    /** Where image archives to import are: the configured directory, or that of the distribution. */
    static @Nullable Path images(@Nullable Path configured) {
        Path home = home();
        return configured != null ? configured : home == null ? null : home.resolve("share/images");
    }

    private static @Nullable Path home() {
        String home = System.getProperty("berth.home", "");
        return home.isEmpty() ? null : Path.of(home);
    }
}
