package io.berth.server.daemon;

import io.berth.kernel.MappedFiles;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back what is resident of mapped files: of the archive of classes and of the virtual machine's own code. Of
 * these a page that is touched brings its neighbours, so a single method that is compiled takes megabytes. For one
 * thread.
 */
final class MappedFileGrowth {
    private static final Logger LOG = LoggerFactory.getLogger(MappedFileGrowth.class);

    /** Bytes: 2.5 MB, half of what a daemon at rest touches again within some seconds. */
    static final long ALLOWED = 5L << 19;

    private final LongSupplier resident;
    private final LongSupplier release;
    private long level;

    /**
     * Begins with nothing given back.
     *
     * @param resident how many bytes of mapped files are resident
     * @param release gives them back, and says how many bytes these were
     */
    MappedFileGrowth(LongSupplier resident, LongSupplier release) {
        this.resident = resident;
        this.release = release;
        this.level = resident.getAsLong();
    }

    /** That of this virtual machine. */
    static MappedFileGrowth ofThisProcess() {
        return new MappedFileGrowth(MappedFiles::resident, MappedFiles::release);
    }

    /** Gives back all, as a rule: what a burst of work has touched is more than a daemon needs all the time. */
    void release() {
        LOG.debug("gave back {} bytes of mapped files", release.getAsLong());
        level = resident.getAsLong();
    }

    /** Gives back all when more has come since then than is allowed. */
    void check() {
        if (resident.getAsLong() > level + ALLOWED) {
            release();
        }
    }
}
