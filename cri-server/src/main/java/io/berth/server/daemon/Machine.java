package io.berth.server.daemon;

import io.berth.kernel.KernelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the machine must be for a daemon to run on it. Each check throws with one line that says what to do. */
final class Machine {
    private Machine() {}

    static void check() {
        requireKernel(KernelVersion.current());
        requireRoot(userId());
    }

    static void requireKernel(KernelVersion version) {
        if (!version.isAtLeast(KernelVersion.OLDEST)) {
            throw new StartupException(
                    "berthd needs Linux " + KernelVersion.OLDEST.release() + " or newer, this is " + version.release()
                            + ": boot a newer kernel (the standard ones of Debian 12 and Ubuntu 24.04 will do)");
        }
    }

    static void requireRoot(int userId) {
        if (userId != 0) {
            throw new StartupException("berthd needs root, for namespaces, mounts and networks: start it with sudo");
        }
    }

    /** The effective user id: that which owns this process's directory in /proc. */
    private static int userId() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        } catch (IOException e) {
            throw new StartupException("reading /proc/self: " + e.getMessage() + " (is /proc mounted?)", e);
        }
    }
}
