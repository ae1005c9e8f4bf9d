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

    /** Looks, at most, from one release to the next that was in vain. */
    private static final int LONGEST_PAUSE = 64;

    private final LongSupplier resident;
    private final LongSupplier release;
    private long level;
    private int pause = 1;
    private int looks;

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
        pause = 1;
        looks = 0;
        giveBack();
    }

    private void giveBack() {
        LOG.debug("gave back {} bytes of mapped files", release.getAsLong());
        level = resident.getAsLong();
    }

    /**
     * Gives back all when more has come since then than is allowed. Where it is found to have come back by the next
     * look, as what a daemon that has hardly been used yet interprets at rest does each second, that is twice as far
     * away.
     */
    void check() {
        looks++;
        if (looks % pause != 0) {
            return;
        }
        if (resident.getAsLong() <= level + ALLOWED) {
            pause = 1;
            return;
        }
        pause = looks == pause ? Math.min(2 * pause, LONGEST_PAUSE) : 1;
        looks = 0;
        giveBack();
    }
}
