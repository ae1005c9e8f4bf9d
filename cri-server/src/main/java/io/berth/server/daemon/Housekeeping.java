package io.berth.server.daemon;

import io.berth.kernel.MappedFiles;
import io.berth.kernel.SystemCallException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the daemon small: gives back what only the start, or a burst of work, had needed in memory. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration FIRST = Duration.ofSeconds(5);

    /** Long beside the 50 ms that a collection may take: that is not to look like work. */
    private static final Duration PAUSE = Duration.ofSeconds(7);

    private Housekeeping() {}

    static void start() {
        Thread thread = new Thread(Housekeeping::run, "housekeeping");
        thread.setDaemon(true);
        thread.start();
    }

    private static void run() {
        try {
            Thread.sleep(FIRST);
            HeapGrowth heap = HeapGrowth.ofThisProcess();
            while (true) {
                heap.check();
                LOG.debug("gave back {} bytes of mapped files", MappedFiles.release());
                Thread.sleep(PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SystemCallException | java.io.UncheckedIOException e) {
            LOG.warn("giving back memory: {}", e.getMessage());
        }
    }
}
