package io.berth.server.daemon;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process in order on SIGTERM and SIGINT, with status 0, and within a deadline whatever hangs. */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
    private static final int CUT_OFF = 1;

    private Shutdown() {}

    /** Blocks until a signal comes, then stops the daemon and ends the process: never returns. */
    static void awaitSignal(Runnable stop, Duration deadline) {
        Runtime machine = Runtime.getRuntime();
        machine.addShutdownHook(new Thread(
                () -> {
                    CountDownLatch stopped = new CountDownLatch(1);
                    Thread stopping = new Thread(
                            () -> {
                                stop.run();
                                stopped.countDown();
                            },
                            "stop");
                    stopping.setDaemon(true);
                    stopping.start();
                    // Not the status of a signal: that the daemon ended as it was told is no failure.
                    machine.halt(await(stopped, deadline) ? 0 : CUT_OFF);
                },
                "shutdown"));
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean await(CountDownLatch stopped, Duration deadline) {
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
