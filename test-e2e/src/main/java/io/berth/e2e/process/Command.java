package io.berth.e2e.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the machine to its end. */
public final class Command {
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private Command() {}

    /** What a program that ended left: its status and both its streams, trailing white space taken off. */
    public record Result(int status, String output, String error) {}

    /**
     * Runs a program and waits for its end.
     *
     * @throws IllegalStateException when it does not end within a minute
     */
    public static Result run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            CompletableFuture<String> output = read(process.getInputStream(), "output of " + command.getFirst());
            CompletableFuture<String> error = read(process.getErrorStream(), "errors of " + command.getFirst());
            if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("no end after " + DEADLINE.toSeconds() + " s: " + command);
            }
            return new Result(process.exitValue(), output.join(), error.join());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** As {@link #run(List)}. */
    public static Result run(String... command) {
        return run(List.of(command));
    }

    /** Runs a program that must succeed, and returns its output. */
    public static String output(String... command) {
        Result result = run(command);
        if (result.status() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + ": status " + result.status() + ": " + result.error());
        }
        return result.output();
    }

    private static CompletableFuture<String> read(InputStream stream, String name) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name(name).start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8).stripTrailing());
            } catch (IOException failure) {
                text.completeExceptionally(failure);
            }
        });
        return text;
    }
}
