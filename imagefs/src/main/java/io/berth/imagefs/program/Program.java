package io.berth.imagefs.program;

import io.berth.imagefs.ImageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program that an administrator names, run once: some input, a bounded output, a deadline after which it and all that
 * it started is killed. What it prints to standard error goes nowhere.
 *
 * @param file absolute, or a name to be found on the PATH
 * @param what it is, for errors
 * @param failure the kind of error that it is when it cannot be run, prints too much or takes too long
 */
public record Program(String file, String what, Duration deadline, ImageException.Kind failure) {
    private static final int LONGEST_OUTPUT = 64 << 10;
    private static final long LOOK_MILLISECONDS = 5;

    /**
     * How it ended.
     *
     * @param output what it printed to standard output
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    public record Result(int status, byte[] output) {}

    /**
     * Runs it and waits for its end.
     *
     * @throws ImageException of the kind said above; CANCELLED where the caller is interrupted
     */
    public Result run(byte[] input, String... arguments) {
        List<String> command = new ArrayList<>(List.of(file));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new ImageException(failure, what + ": it cannot be run: " + e.getMessage(), e);
        }
        try {
            tell(process, input);
            return await(process);
        } catch (IOException e) {
            throw new ImageException(failure, what + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ImageException(ImageException.Kind.CANCELLED, what + ": the pull was interrupted", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Less than a pipe holds, so that it cannot block. */
    private static void tell(Process process, byte[] input) {
        try (OutputStream standardInput = process.getOutputStream()) {
            standardInput.write(input);
        } catch (IOException _) {
            // it does not want to know; its answer will say what that means
        }
    }

    private Result await(Process process) throws IOException, InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        long end = System.nanoTime() + deadline.toNanos();
        InputStream standardOutput = process.getInputStream();
        boolean ended;
        do {
            ended = process.waitFor(LOOK_MILLISECONDS, TimeUnit.MILLISECONDS);
            // Never more than is there: a process that it left behind may hold the pipe open.
            output.write(standardOutput.readNBytes(standardOutput.available()));
            if (output.size() > LONGEST_OUTPUT) {
                throw new IOException("it printed more than " + LONGEST_OUTPUT + " bytes");
            }
            if (!ended && System.nanoTime() > end) {
                throw new IOException("it did not end within " + deadline.toSeconds() + " s");
            }
        } while (!ended);
        return new Result(process.exitValue(), output.toByteArray());
    }
}
