package io.berth.kernel.shim;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Starts shims. The process that is started puts the shim into the background, as a session of its own that outlives
 * the daemon, and exits when the shim's socket listens.
 */
public final class ShimLauncher {
    private static final int MESSAGE_LIMIT = 4096;

    private ShimLauncher() {}

    /**
     * Starts {@code berth-shim --directory DIRECTORY} and waits until its socket, {@code DIRECTORY/shim.sock}, listens.
     * The shim inherits no descriptor and no environment.
     *
     * @throws ShimUnavailable with the line that the shim wrote, or when the deadline passed (the starting process is
     *     killed then)
     */
    public static void launch(Path shimBinary, Path directory, Duration deadline) {
        String what = "start " + shimBinary + " for " + directory;
        ProcessBuilder builder = new ProcessBuilder(List.of(shimBinary.toString(), "--directory", directory.toString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        Process process;
        try {
            process = builder.start();
        } catch (IOException failure) {
            throw new ShimUnavailable(what + ": " + failure.getMessage(), failure);
        }
        try {
            if (!process.waitFor(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new ShimDeadlineExceeded(what + ": not ready after " + deadline.toMillis() + " ms");
            }
            if (process.exitValue() != 0) {
                throw new ShimUnavailable(what + ": " + message(process), null);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ShimUnavailable(what + ": interrupted", interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String message(Process process) {
        try {
            String words =
                    new String(process.getErrorStream().readNBytes(MESSAGE_LIMIT), StandardCharsets.UTF_8).strip();
            return words.isEmpty() ? "exit status " + process.exitValue() : words;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
