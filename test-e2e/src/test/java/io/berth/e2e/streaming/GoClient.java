package io.berth.e2e.streaming;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.berth.e2e.process.Places;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Kubernetes' client library for Go, as {@code test-e2e/go-client} wraps it. {@code ./test} builds it where Go is. */
record GoClient(Path program) {
    private static final long DEADLINE_SECONDS = 120;

    /** The client; a test that needs it is skipped where there is none. */
    static GoClient orSkip() {
        Optional<Path> found = Places.findTool("berth-stream-client");
        assumeTrue(found.isPresent(), "test-e2e/go-client was not built: there was no Go");
        return new GoClient(found.orElseThrow());
    }

    /**
     * What a session left: the command's exit code, or 255 and a message in {@code error}; {@code text} is its output.
     */
    record Result(int status, String text, String error) {}

    /** Runs one session to its end, with this as standard input. */
    Result run(String input, String... arguments) {
        Process process = start(arguments);
        CompletableFuture<String> output = read(process.getInputStream());
        CompletableFuture<String> error = read(process.getErrorStream());
        try {
            try (OutputStream stream = process.getOutputStream()) {
                stream.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException unread) {
                // The command ended without reading it.
            }
            if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("no end after " + DEADLINE_SECONDS + " s: " + List.of(arguments));
            }
            return new Result(process.exitValue(), output.join(), error.join().strip());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Starts a session that the caller ends. */
    Process start(String... arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static CompletableFuture<String> read(InputStream stream) {
        CompletableFuture<String> all = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("go-client-output").start(() -> {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (stream) {
                stream.transferTo(bytes);
                all.complete(bytes.toString(StandardCharsets.UTF_8));
            } catch (IOException failure) {
                all.completeExceptionally(failure);
            }
        });
        return all;
    }
}
