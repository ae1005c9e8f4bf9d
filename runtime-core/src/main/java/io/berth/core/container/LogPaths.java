package io.berth.core.container;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a container's log is: below its pod's log directory, never beside it. */
public final class LogPaths {
    private LogPaths() {}

    /** The absolute path; empty when either part is: then nothing is logged. */
    public static String resolve(String directory, String path) {
        if (directory.isEmpty() || path.isEmpty()) {
            return "";
        }
        if (directory.indexOf('\0') >= 0 || path.indexOf('\0') >= 0) {
            throw BerthException.invalidArgument("log_path has a NUL character");
        }
        Path base = Path.of(directory).normalize();
        Path log = base.resolve(path).normalize();
        if (!base.isAbsolute() || path.startsWith("/") || !log.startsWith(base) || log.equals(base)) {
            throw BerthException.invalidArgument("log_path \"" + path + "\" leads out of the pod's log directory \""
                    + directory + "\": a path below it is expected");
        }
        return log.toString();
    }

    /** Makes the directories above a log file. */
    public static void makeParents(String log) {
        if (log.isEmpty()) {
            return;
        }
        Path parent = Path.of(log).getParent();
        try {
            if (parent != null && !Files.isDirectory(parent)) {
                Files.createDirectories(parent);
            }
        } catch (IOException failure) {
            throw new BerthException(
                    ErrorKind.FAILED_PRECONDITION,
                    "making the log directory " + parent + ": " + failure.getMessage(),
                    failure);
        }
    }
}
