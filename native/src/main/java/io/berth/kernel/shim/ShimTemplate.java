package io.berth.kernel.shim;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.ProcessCalls;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SocketPair;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The process that shims are forked from, {@code berth-shim --template}: one request, one answer, one after another. It
 * ends with this side's socket, the shims do not. For one thread at a time.
 */
final class ShimTemplate implements AutoCloseable {
    private static final int TEXT_LIMIT = 4096;
    private static final String STARTED = "started ";
    private static final String FAILED = "failed ";
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final SystemCalls calls = SystemCalls.real();
    private final int pid;
    private final Descriptor process;
    private final Descriptor socket;
    private final Descriptor message;

    private ShimTemplate(int pid, Descriptor process, Descriptor socket, Descriptor message) {
        this.pid = pid;
        this.process = process;
        this.socket = socket;
        this.message = message;
    }

    /** Starts one, which inherits no other descriptor and no environment. */
    static ShimTemplate start(Path shimBinary) {
        SystemCalls calls = SystemCalls.real();
        SocketPair sockets = calls.socketPair(SocketCalls.PACKETS);
        // A file in memory in place of a pipe: nobody needs to read while the process runs.
        Descriptor message = calls.memfdCreate("berth-shim-message", 0);
        try (Descriptor theirs = sockets.other()) {
            String program = shimBinary.toAbsolutePath().toString();
            int pid = calls.spawn(program, List.of("berth-shim", "--template"), List.of(), theirs, message);
            return new ShimTemplate(pid, calls.pidfdOpen(pid), sockets.one(), message);
        } catch (RuntimeException failure) {
            sockets.one().close();
            message.close();
            throw failure;
        }
    }

    /** What became of a request. */
    sealed interface Answer {
        /** The shim's socket listens. */
        record Started() implements Answer {}

        /** There is no shim. */
        record Refused(String reason) implements Answer {}

        /** The template is gone, and {@code reason} is what it last said or how it ended. */
        record Gone(String reason) implements Answer {}

        /** Nothing came in time. Whether a shim was started is unknown. */
        record Late() implements Answer {}
    }

    /** Has it fork a shim that supervises the sandbox of a directory. */
    Answer launch(Path directory, Duration deadline) {
        try {
            byte[] request = directory.toString().getBytes(StandardCharsets.UTF_8);
            calls.send(socket, ByteBuffer.wrap(request), SocketCalls.NO_SIGNAL | SocketCalls.NO_WAIT);
            if (!calls.awaitReadable(socket, deadline)) {
                return new Answer.Late();
            }
            ByteBuffer answer = ByteBuffer.allocate(TEXT_LIMIT);
            return calls.receive(socket, answer, SocketCalls.NO_WAIT) == 0 ? gone() : understood(text(answer));
        } catch (SystemCallException failure) {
            if (failure.errno() == Errno.EPIPE || failure.errno() == Errno.ECONNRESET) {
                return gone();
            }
            throw failure;
        }
    }

    private static Answer understood(String answer) {
        if (answer.startsWith(STARTED)) {
            return new Answer.Started();
        }
        return new Answer.Refused(answer.startsWith(FAILED) ? answer.substring(FAILED.length()) : answer);
    }

    private Answer gone() {
        OptionalInt status = calls.awaitReadable(process, GRACE) ? calls.tryReap(pid) : OptionalInt.empty();
        ByteBuffer bytes = ByteBuffer.allocate(TEXT_LIMIT);
        calls.pread(message, bytes, 0);
        return new Answer.Gone(Optional.of(text(bytes))
                .filter(words -> !words.isEmpty())
                .orElse(status.isPresent() ? "exit status " + status.getAsInt() : "it closed its socket"));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.flip()).toString().strip();
    }

    /** Ends it: by its socket, and by force when that does not help. */
    @Override
    public void close() {
        try (process;
                message) {
            socket.close();
            if (!calls.awaitReadable(process, GRACE)) {
                calls.pidfdSendSignal(process, ProcessCalls.SIGKILL);
                calls.awaitReadable(process, GRACE);
            }
            OptionalInt _ = calls.tryReap(pid);
        } catch (SystemCallException reaped) {
            if (reaped.errno() != Errno.ECHILD) {
                throw reaped;
            }
        }
    }
}
