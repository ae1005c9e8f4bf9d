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

    /**
     * Bytes: 3 MB, more than a daemon at rest touches again within a second while most of its code is interpreted; and
     * no more, as this is what may stay when it was work after all.
     */
    static final long IN_USE = 3L << 20;

    private final LongSupplier resident;
    private final LongSupplier release;

    /** What was resident right after a release while no other thread touched anything. */
    private long least = Long.MAX_VALUE;

    private long level;
    private boolean released;

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
        least = Math.min(least, resident.getAsLong());
        released = true;
    }

    /**
     * Gives back all when more has come since then than is allowed; for a process at rest, some second after the last
     * release at the soonest. What has come back by the first look is in use all the time: it would only come again.
     */
    void check() {
        long now = resident.getAsLong();
        if (released) {
            level = Math.min(now, least + IN_USE);
            released = false;
        }
        if (now > level + ALLOWED) {
            release();
        }
    }
}
