package io.berth.kernel.shim;

import io.berth.kernel.Descriptor;
import io.berth.kernel.ProcessCalls;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Starts shims. The process that is started puts the shim into the background, as a session of its own that outlives
 * the daemon, and exits when the shim's socket listens.
 */
public final class ShimLauncher {
    private static final int MESSAGE_LIMIT = 4096;
    private static final Duration KILL_TIMEOUT = Duration.ofSeconds(1);

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
        SystemCalls calls = SystemCalls.real();
        // A file in memory in place of a pipe: nobody needs to read while the process runs.
        try (Descriptor message = calls.memfdCreate("berth-shim-message", 0)) {
            String program = shimBinary.toAbsolutePath().toString();
            List<String> arguments = List.of("berth-shim", "--directory", directory.toString());
            int pid = calls.spawn(program, arguments, List.of(), message);
            int status = await(calls, pid, deadline, what);
            if (status != 0) {
                throw new ShimUnavailable(what + ": " + read(calls, message, status), null);
            }
        } catch (SystemCallException failure) {
            throw new ShimUnavailable(what + ": " + failure.errno().text(), failure);
        }
    }

    private static int await(SystemCalls calls, int pid, Duration deadline, String what) {
        try (Descriptor process = calls.pidfdOpen(pid)) {
            if (calls.awaitReadable(process, deadline)) {
                return calls.tryReap(pid).orElseThrow();
            }
            calls.pidfdSendSignal(process, ProcessCalls.SIGKILL);
            boolean killed = calls.awaitReadable(process, KILL_TIMEOUT)
                    && calls.tryReap(pid).isPresent();
            throw new ShimDeadlineExceeded(what + ": not ready after " + deadline.toMillis() + " ms"
                    + (killed ? "" : ", and process " + pid + " cannot be killed"));
        }
    }

    private static String read(SystemCalls calls, Descriptor message, int status) {
        ByteBuffer bytes = ByteBuffer.allocate(MESSAGE_LIMIT);
        calls.pread(message, bytes, 0);
        String words = StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
        return words.isEmpty() ? "exit status " + status : words;
    }
}
