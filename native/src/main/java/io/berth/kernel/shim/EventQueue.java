package io.berth.kernel.shim;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one client's events in order, one at a time, on a shared executor. At most one task is with the executor.
 */
final class EventQueue {
    private static final Logger LOGGER = LoggerFactory.getLogger(EventQueue.class);

    /** Events that may wait. A pod has a handful of containers, so that a full queue means a listener that hangs. */
    private static final int LIMIT = 256;

    private final Executor executor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean scheduled;
    private boolean ended;

    EventQueue(Executor executor) {
        this.executor = executor;
    }

    /** Adds an event; false when too many wait already. */
    boolean offer(Runnable event) {
        lock.lock();
        try {
            if (ended || waiting.size() >= LIMIT) {
                return ended;
            }
            add(event);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Adds the last event: it always has room, and later ones are dropped. */
    void end(Runnable last) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                add(last);
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(Runnable event) {
        waiting.add(event);
        if (!scheduled) {
            try {
                executor.execute(this::drain);
                scheduled = true;
            } catch (RejectedExecutionException stopped) {
                LOGGER.debug("An event came after the loop was closed");
            }
        }
    }

    private void drain() {
        Runnable event = take();
        while (event != null) {
            try {
                event.run();
            } catch (RuntimeException failure) {
                LOGGER.error("A shim's event could not be handled", failure);
            }
            event = take();
        }
    }

    private @Nullable Runnable take() {
        lock.lock();
        try {
            Runnable event = waiting.poll();
            if (event == null) {
                scheduled = false;
            }
            return event;
        } finally {
            lock.unlock();
        }
    }
}
