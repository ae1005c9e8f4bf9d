package io.berth.core.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A shim as a process of this machine. */
final class ShimProcess {
    private ShimProcess() {}

    /**
     * The process that a pid file names, when its command line shows that it is the shim of that directory and not
     * another one that got its number.
     */
    static Optional<ProcessHandle> find(Path directory, Path pidFile) {
        try {
            String text = Files.readString(pidFile).strip();
            if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(Character::isDigit)) {
                return Optional.empty();
            }
            long pid = Long.parseLong(text);
            String commandLine = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
            return commandLine.contains(directory.getFileName().toString()) ? ProcessHandle.of(pid) : Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
