package io.berth.imagefs.unpack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process's umask takes from the modes of files at their making. */
final class FileModes {
    private static final int UMASK = readUmask();
    private static final int SPECIAL = 07000;

    private FileModes() {}

    /** Whether a file made with these permissions needs a chmod to really have them. */
    static boolean needsChange(int permissions) {
        return (permissions & (UMASK | SPECIAL)) != 0;
    }

    private static int readUmask() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("Umask:")) {
                    return Integer.parseInt(line.substring("Umask:".length()).trim(), 8);
                }
            }
        } catch (IOException | NumberFormatException _) {
            // then every file gets its chmod
        }
        return 0777;
    }
}
