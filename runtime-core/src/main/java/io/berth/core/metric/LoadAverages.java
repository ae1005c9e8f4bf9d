package io.berth.core.metric;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many threads of each cgroup run and wait for disks, smoothed over 10 seconds. The kernel keeps no such number for
 * a cgroup, so one thread, {@code load-average}, counts every {@link #PAUSE_MILLISECONDS} while somebody has asked
 * lately, and rests otherwise. Any thread.
 */
public final class LoadAverages implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(LoadAverages.class);
    private static final long PAUSE_MILLISECONDS = 2_000;
    private static final double SMOOTHED_OVER_MILLISECONDS = 10_000;
    private static final double KEPT = Math.exp(-PAUSE_MILLISECONDS / SMOOTHED_OVER_MILLISECONDS);
    private static final long ASKED_LATELY = 120_000_000_000L;
    private static final long CLOSE_MILLISECONDS = 2_000;

    /** Smoothed numbers of threads. */
    record Load(double running, double uninterruptible) {
        Load next(ThreadStates now) {
            return new Load(
                    running * KEPT + now.running() * (1 - KEPT),
                    uninterruptible * KEPT + now.uninterruptible() * (1 - KEPT));
        }
    }

    private final Supplier<Set<String>> cgroups;
    private final Function<String, ThreadStates> counter;
    private final Map<String, Load> loads = new ConcurrentHashMap<>();
    private volatile long lastAsked;
    private @Nullable Thread thread;
    private boolean closed;

    /**
     * Averages that nobody has asked for yet.
     *
     * @param cgroups the paths of those to count
     * @param counter counts the threads of one
     */
    LoadAverages(Supplier<Set<String>> cgroups, Function<String, ThreadStates> counter) {
        this.cgroups = cgroups;
        this.counter = counter;
    }

    /** Adds the averages of a cgroup; nothing until it has been counted. */
    void add(String cgroup, Samples samples) {
        Load load = loads.get(cgroup);
        if (load != null) {
            samples.add(PodMetric.CPU_LOAD, Math.round(load.running() * 1000));
            samples.add(PodMetric.CPU_LOAD_D, Math.round(load.uninterruptible() * 1000));
        }
    }

    /** Somebody wants to know: counting goes on. */
    synchronized void asked() {
        lastAsked = System.nanoTime();
        if (thread == null && !closed) {
            Thread made = new Thread(this::run, "load-average");
            made.setDaemon(true);
            made.start();
            thread = made;
        }
    }

    private void run() {
        try {
            while (goesOn()) {
                count();
                Thread.sleep(PAUSE_MILLISECONDS);
            }
        } catch (InterruptedException closing) {
            LOGGER.debug("Counts no more threads");
        } catch (RuntimeException failure) {
            LOGGER.warn("Load averages stop until somebody asks again: {}", failure.getMessage());
            ended();
        }
    }

    private synchronized boolean goesOn() {
        if (closed || System.nanoTime() - lastAsked > ASKED_LATELY) {
            ended();
            return false;
        }
        return true;
    }

    private synchronized void ended() {
        thread = null;
        loads.clear();
    }

    void count() {
        Set<String> present = cgroups.get();
        loads.keySet().retainAll(present);
        for (String cgroup : present) {
            ThreadStates now = counter.apply(cgroup);
            loads.compute(cgroup, (path, before) -> (before == null ? new Load(0, 0) : before).next(now));
        }
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join(CLOSE_MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
