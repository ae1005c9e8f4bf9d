package io.berth.server.daemon;

import io.berth.kernel.SystemCallException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the daemon small: gives back what only the start, or a burst of work, had needed in memory. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration SECOND = Duration.ofSeconds(1);

    /**
     * Seconds from one look to the next: long beside the 50 ms that a collection may take, which is not to look like
     * work.
     */
    private static final int PAUSE = 7;

    private final Restfulness rest = Restfulness.ofThisProcess();
    private final HeapGrowth heap = HeapGrowth.ofThisProcess();
    private final MappedFileGrowth files = MappedFileGrowth.ofThisProcess();

    private Housekeeping() {}

    static void start() {
        Thread thread = new Thread(Housekeeping::run, "housekeeping");
        thread.setDaemon(true);
        thread.start();
    }

    private static void run() {
        try {
            Thread.sleep(FIRST);
            Housekeeping housekeeping = new Housekeeping();
            while (true) {
                housekeeping.look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SystemCallException | UncheckedIOException e) {
            LOG.warn("giving back memory: {}", e.getMessage());
        }
    }

    /** Takes as long as until the next look. */
    private void look() throws InterruptedException {
        boolean atRest = rest.sinceLastAsked();
        boolean collected = heap.check(atRest);
        if (collected || !atRest) {
            files.release();
        }
        Restfulness still = Restfulness.ofThisProcess();
        for (int second = 0; second < PAUSE; second++) {
            Thread.sleep(SECOND);
            if (atRest && still.sinceLastAsked()) {
                files.check();
            }
        }
    }
}
