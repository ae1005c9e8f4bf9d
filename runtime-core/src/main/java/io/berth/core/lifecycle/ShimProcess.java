package io.berth.core.lifecycle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A shim as a process of this machine. */
final class ShimProcess {
    private static final int PID_FILE_ATTEMPTS = 20;
    private static final long PID_FILE_PAUSE_NANOSECONDS = 10_000_000;

    private ShimProcess() {}

    /**
     * The process that the sandbox's pid file names, when its command line shows that it is the shim of that sandbox
     * and not another one that got its number. A shim that has only just made its socket is given time to write the
     * file.
     */
    static Optional<ProcessHandle> find(Directories directories, String sandboxId) {
        for (int attempt = 0; attempt < PID_FILE_ATTEMPTS; attempt++) {
            Optional<ProcessHandle> process = read(directories.shimPid(sandboxId), sandboxId);
            if (process.isPresent() || !Files.exists(directories.shimSocket(sandboxId))) {
                return process;
            }
            LockSupport.parkNanos(PID_FILE_PAUSE_NANOSECONDS);
        }
        return Optional.empty();
    }

    private static Optional<ProcessHandle> read(Path pidFile, String sandboxId) {
        try {
            String text = Files.readString(pidFile).strip();
            if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(Character::isDigit)) {
                return Optional.empty();
            }
            long pid = Long.parseLong(text);
            String commandLine = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
            return commandLine.contains(sandboxId) ? ProcessHandle.of(pid) : Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
