package io.berth.network.namespace;

import io.berth.kernel.Descriptor;
import io.berth.kernel.NamespaceCalls;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that enters one network namespace after another, does one thing there and goes home. It does nothing else:
 * as each visit begins with going to its namespace, it does not matter where the thread was before, or was born. It
 * ends when nobody has sent it for some seconds. Safe for use by several threads.
 */
public final class NamespaceVisitors implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NamespaceVisitors.class);
    private static final ThreadFactory THREADS =
            Thread.ofPlatform().name("netns-visit").daemon().factory();
    private static final int MOST_WAITING = 1024;
    private static final long IDLE_SECONDS = 10;
    private static final long CLOSE_SECONDS = 2;

    private final SystemCalls calls;
    private final Descriptor home;
    private final ThreadPoolExecutor visitor = new ThreadPoolExecutor(
            1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MOST_WAITING), THREADS);

    /** No thread is started yet; home is the calling thread's network namespace. */
    public NamespaceVisitors(SystemCalls calls) {
        this.calls = calls;
        this.home = calls.openat2(null, PodNamespace.OWN, OpenHow.reading());
        visitor.allowCoreThreadTimeOut(true);
    }

    /** Has a visit made, which begins with going to its namespace. */
    public void send(Runnable visit) {
        try {
            visitor.execute(() -> {
                try {
                    visit.run();
                } finally {
                    goHome();
                }
            });
        } catch (RejectedExecutionException closedOrBusy) {
            THREADS.newThread(visit).start();
        }
    }

    /** A namespace lives as long as a thread is in it. */
    private void goHome() {
        try {
            calls.setns(home, NamespaceCalls.NETWORK);
        } catch (SystemCallException failure) {
            LOG.warn("A thread stays in a pod's network namespace until its next visit: {}", failure.getMessage());
        }
    }

    /** Waits a little for visits under way. Visits still work afterwards, each with a thread started for it. */
    @Override
    public void close() {
        visitor.shutdown();
        try {
            if (!visitor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A visit to a network namespace takes longer than {} s", CLOSE_SECONDS);
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return;
        }
        home.close();
    }
}
