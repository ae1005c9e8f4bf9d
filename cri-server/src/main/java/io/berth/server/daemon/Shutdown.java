package io.berth.server.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process in order on SIGTERM and SIGINT, with status 0, and within a deadline whatever hangs. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
    private static final int CUT_OFF = 1;
    private static final AtomicReference<Thread> HOOK = new AtomicReference<>();

    private Shutdown() {}

    /**
     * From here on a signal stops the daemon.
     *
     * @param stop run on a thread of its own, once
     */
    static void onSignal(Runnable stop, Duration deadline) {
        Runtime machine = Runtime.getRuntime();
        Thread hook = new Thread(
                () -> {
                    // Not the status of a signal: that the daemon ended as it was told is no failure.
                    machine.halt(ends(stop, deadline) ? 0 : CUT_OFF);
                },
                "shutdown");
        HOOK.set(hook);
        machine.addShutdownHook(hook);
    }

    /** Takes {@link #onSignal} back, for a daemon that ends by itself with a status of its own. */
    static void disarm() {
        Thread hook = HOOK.getAndSet(null);
        if (hook == null) {
            return;
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            LOG.debug("a signal was faster");
        }
    }

    /** Waits for a signal to end the process: never returns. */
    static void await() {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                LOG.warn("the main thread was interrupted");
            }
        }
    }

    private static boolean ends(Runnable stop, Duration deadline) {
        CountDownLatch stopped = new CountDownLatch(1);
        Thread stopping = new Thread(
                () -> {
                    stop.run();
                    stopped.countDown();
                },
                "stop");
        stopping.setDaemon(true);
        stopping.start();
        try {
            if (stopped.await(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
            LOG.error("not stopped after {} ms: ending all the same", deadline.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
