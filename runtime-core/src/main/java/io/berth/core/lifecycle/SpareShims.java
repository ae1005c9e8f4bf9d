package io.berth.core.lifecycle;

import io.berth.kernel.shim.ShimUnavailable;
import io.berth.network.NetworkException;
import io.berth.proto.shim.v1.CreateSandboxReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shims started ahead, because starting one takes longer than all else in RunPodSandbox. Most hold the namespaces of an
 * ordinary pod, connected to the network, so that making these is not waited for either; one holds nothing, for a pod
 * that wants others.
 *
 * <p>A spare shim has its id and its directory already, without the {@code cgroup} link that a sandbox's has; one that
 * a killed daemon left is ended by the next one's recovery, as anything without a record, and so is its lease.
 */
final class SpareShims implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(SpareShims.class);
    private static final Duration END_DEADLINE = Duration.ofSeconds(2);
    private static final Duration IDLE = Duration.ofSeconds(10);

    /**
     * The pod that has taken a spare shim has its first container made and started next, and other pods come with it:
     * none of them is to be disturbed while there are some left.
     */
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** When no more are left, new ones are started at once. */
    private static final int FEW = 2;

    private final Parts parts;
    private final ShimWatch watch;
    private final BlockingQueue<StartedShim> ahead;
    private final BlockingQueue<StartedShim> plain = new ArrayBlockingQueue<>(1);
    private final ScheduledThreadPoolExecutor maker;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean closed;

    /** When one was taken; of {@link System#nanoTime}. */
    private volatile long taken = System.nanoTime() - PAUSE.toNanos();

    /**
     * None is started yet.
     *
     * @param count how many shall hold namespaces
     */
    SpareShims(Parts parts, ShimWatch watch, int count) {
        this.parts = parts;
        this.watch = watch;
        this.ahead = new ArrayBlockingQueue<>(count);
        this.maker = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("shim-spare").daemon().factory());
        this.maker.setKeepAliveTime(IDLE.toSeconds(), TimeUnit.SECONDS);
        this.maker.allowCoreThreadTimeOut(true);
        this.maker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        // A sandbox that is asked for during a stop wants no spare shim in its place.
        this.maker.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /**
     * A shim that runs: a spare one, whose place is filled again meanwhile, or one started now when there is none.
     *
     * @param withNamespaces whether it may hold the namespaces of an ordinary pod
     */
    StartedShim take(boolean withNamespaces) {
        Optional<StartedShim> spare = withNamespaces ? poll(ahead).or(() -> poll(plain)) : poll(plain);
        taken = System.nanoTime();
        refill();
        return spare.orElseGet(watch::start);
    }

    /** Takes one back that no sandbox has used. */
    void giveBack(StartedShim shim) {
        if (closed || !shim.lives() || !(shim.ahead() ? ahead : plain).offer(shim)) {
            end(shim);
        }
    }

    /** Starts what is missing, in the background, when no pods come or few spare shims are left. */
    void refill() {
        if (isMissing() && scheduled.compareAndSet(false, true)) {
            // It tells of its failures itself.
            var _ = maker.schedule(this::fill, untilQuiet().toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    private Optional<StartedShim> poll(BlockingQueue<StartedShim> queue) {
        for (StartedShim spare = queue.poll(); spare != null; spare = queue.poll()) {
            if (spare.lives()) {
                return Optional.of(spare);
            }
            end(spare);
        }
        return Optional.empty();
    }

    private boolean isMissing() {
        return !closed && (ahead.remainingCapacity() > 0 || plain.remainingCapacity() > 0);
    }

    /** How long to leave the pods alone that come now. */
    private Duration untilQuiet() {
        Duration left = PAUSE.minusNanos(System.nanoTime() - taken);
        return ahead.size() <= FEW || left.isNegative() ? Duration.ZERO : left;
    }

    private void fill() {
        scheduled.set(false);
        try {
            while (isMissing()) {
                if (untilQuiet().isPositive()) {
                    refill();
                    return;
                }
                StartedShim shim = watch.start();
                giveBack(ahead.remainingCapacity() > 0 ? withNamespaces(shim) : shim);
            }
        } catch (RuntimeException failure) {
            // The next sandbox tries by itself, and tells its caller.
            LOGGER.warn("No spare shim could be started: {}", failure.getMessage());
        }
    }

    private StartedShim withNamespaces(StartedShim shim) {
        StartedShim made = shim.withNamespaces();
        try {
            CreateSandboxReply reply = shim.client()
                    .createSandbox(
                            SandboxRequests.ahead(shim.id()), parts.config().shimDeadline());
            attachAhead(shim.id(), reply.getNetworkNamespace());
            return made;
        } catch (RuntimeException failure) {
            end(made);
            throw failure;
        }
    }

    private void attachAhead(String id, String networkNamespace) {
        try {
            if (!parts.network().attachAhead(id, networkNamespace)) {
                LOGGER.debug("The spare shim {} is not on the network yet", id);
            }
        } catch (NetworkException refused) {
            // Nothing is left of it; the sandbox tries again, and tells its caller.
            LOGGER.debug("The spare shim {} is not on the network: {}", id, refused.getMessage());
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
            if (shim.ahead()) {
                parts.network().detach(shim.id(), null);
            }
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
        List<StartedShim> left = new ArrayList<>();
        ahead.drainTo(left);
        plain.drainTo(left);
        left.forEach(this::end);
    }
}
