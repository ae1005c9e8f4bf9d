package io.berth.core.lifecycle;

import io.berth.kernel.shim.ShimUnavailable;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shims started ahead: starting one takes longer than all else in RunPodSandbox. A spare one has its id and its
 * directory already, without the {@code cgroup} link that a sandbox's has; one that a killed daemon left is ended by
 * the next one's recovery, as anything without a record.
 */
final class SpareShims implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SpareShims.class);
    private static final Duration END_DEADLINE = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(10);

    private final Parts parts;
    private final ShimWatch watch;
    private final BlockingQueue<StartedShim> ready;
    private final ThreadPoolExecutor maker;
    private volatile boolean closed;

    SpareShims(Parts parts, ShimWatch watch, int count) {
        this.parts = parts;
        this.watch = watch;
        this.ready = new ArrayBlockingQueue<>(count);
        this.maker = new ThreadPoolExecutor(
                1,
                1,
                IDLE.toSeconds(),
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(1),
                Thread.ofPlatform().name("shim-spare").daemon().factory(),
                // Whoever waits in the queue already will see what there is to do.
                new ThreadPoolExecutor.DiscardPolicy());
        this.maker.allowCoreThreadTimeOut(true);
    }

    /** A shim that runs: a spare one, whose place is filled again meanwhile, or one started now when there is none. */
    StartedShim take() {
        for (StartedShim spare = ready.poll(); spare != null; spare = ready.poll()) {
            refill();
            if (spare.lives()) {
                return spare;
            }
            end(spare);
        }
        refill();
        return watch.start();
    }

    /** Takes one back that no sandbox has used. */
    void giveBack(StartedShim shim) {
        if (closed || !shim.lives() || !ready.offer(shim)) {
            end(shim);
        }
    }

    /** Starts what is missing, in the background. */
    void refill() {
        if (!closed && ready.remainingCapacity() > 0) {
            maker.execute(this::fill);
        }
    }

    private void fill() {
        try {
            while (!closed && ready.remainingCapacity() > 0) {
                giveBack(watch.start());
            }
        } catch (RuntimeException failure) {
            // The next sandbox tries by itself, and tells its caller.
            LOGGER.warn("No spare shim could be started: {}", failure.getMessage());
        }
    }

    private void end(StartedShim shim) {
        try {
            if (shim.lives()) {
                shim.client().shutdown(END_DEADLINE);
            }
            // Until then it takes its own files away.
            if (!shim.listener().awaitEnd(END_DEADLINE)) {
                LOGGER.warn("The spare shim {} does not end: it is killed", shim.id());
                watch.kill(shim.id());
            }
        } catch (ShimUnavailable failure) {
            LOGGER.warn("The spare shim {} did not end when asked ({}): it is killed", shim.id(), failure.getMessage());
            watch.kill(shim.id());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            shim.client().close();
            parts.directories().remove(parts.directories().sandbox(shim.id()));
        }
    }

    /** Ends the spare ones. */
    @Override
    public void close() {
        closed = true;
        maker.shutdown();
        try {
            if (!maker.awaitTermination(END_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOGGER.warn("A spare shim is still being started: the next start ends it");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        for (StartedShim spare = ready.poll(); spare != null; spare = ready.poll()) {
            end(spare);
        }
    }
}
