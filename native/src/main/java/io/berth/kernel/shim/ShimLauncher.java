package io.berth.kernel.shim;

import io.berth.kernel.SystemCallException;
import io.berth.kernel.shim.ShimTemplate.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Starts shims, each a session of its own that outlives the daemon. They are forked from one process that was started
 * and protected once, with the first shim: starting a program anew costs ten times as much. Any thread may call it.
 */
public final class ShimLauncher implements AutoCloseable {
    private final Path shimBinary;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable ShimTemplate template;

    /**
     * Nothing is started yet.
     *
     * @param shimBinary the program {@code berth-shim}
     */
    public ShimLauncher(Path shimBinary) {
        this.shimBinary = shimBinary;
    }

    /**
     * Starts a shim for a directory and waits until its socket, {@code DIRECTORY/shim.sock}, listens. The shim inherits
     * no descriptor and no environment.
     *
     * @throws ShimUnavailable with what the shim said, or when the deadline passed (the starting process is killed
     *     then)
     */
    public void launch(Path directory, Duration deadline) {
        String what = "start " + shimBinary + " for " + directory;
        long until = System.nanoTime() + deadline.toNanos();
        try {
            if (!lock.tryLock(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
                throw late(what, deadline);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ShimUnavailable(what + ": interrupted", interrupted);
        }
        try {
            check(what, ask(directory, until), deadline);
        } catch (SystemCallException failure) {
            throw new ShimUnavailable(what + ": " + failure.errno().text(), failure);
        } finally {
            lock.unlock();
        }
    }

    private Answer ask(Path directory, long until) {
        boolean fresh = template == null;
        Answer answer = ask(running(), directory, until);
        // One that somebody has killed meanwhile is no reason to refuse a pod; one that ends at once is.
        return answer instanceof Answer.Gone && !fresh ? ask(running(), directory, until) : answer;
    }

    private Answer ask(ShimTemplate running, Path directory, long until) {
        Answer answer = running.launch(directory, Duration.ofNanos(Math.max(0, until - System.nanoTime())));
        if (answer instanceof Answer.Gone || answer instanceof Answer.Late) {
            end(running);
        }
        return answer;
    }

    private ShimTemplate running() {
        ShimTemplate running = template;
        if (running == null) {
            running = ShimTemplate.start(shimBinary);
            template = running;
        }
        return running;
    }

    private void end(ShimTemplate running) {
        template = null;
        running.close();
    }

    private static void check(String what, Answer answer, Duration deadline) {
        switch (answer) {
            case Answer.Started() -> {
                // It listens.
            }
            case Answer.Refused(String reason) -> throw new ShimUnavailable(what + ": " + reason, null);
            case Answer.Gone(String reason) -> throw new ShimUnavailable(what + ": " + reason, null);
            case Answer.Late() -> throw late(what, deadline);
        }
    }

    private static ShimDeadlineExceeded late(String what, Duration deadline) {
        return new ShimDeadlineExceeded(what + ": not ready after " + deadline.toMillis() + " ms");
    }

    /** Ends the process that shims are forked from, not the shims. Idempotent; a later launch starts another. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (template != null) {
                end(template);
            }
        } finally {
            lock.unlock();
        }
    }
}
