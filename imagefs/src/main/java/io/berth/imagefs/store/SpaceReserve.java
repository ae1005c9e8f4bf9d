package io.berth.imagefs.store;

import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Space set aside beside a database: to remove something from a full disk is to write to the database first, so that a
 * full disk could never be emptied. The space is given to that write, and taken back when there is enough again. Any
 * thread; never fails.
 */
public final class SpaceReserve {
    private static final Logger LOG = LoggerFactory.getLogger(SpaceReserve.class);
    private static final long BYTES = 1 << 20;
    /** The reserve is no reason for a disk to be full. */
    private static final long ENOUGH = 8 * BYTES;

    private final SystemCalls calls;
    private final Path file;
    private boolean held;

    private SpaceReserve(SystemCalls calls, Path file) {
        this.calls = calls;
        this.file = file;
    }

    /** Sets space aside in a file beside the database's, which is there. */
    public static SpaceReserve beside(Path database) {
        String name = database.getFileName().toString().replaceFirst("\\.db$", "");
        SpaceReserve reserve = new SpaceReserve(SystemCalls.real(), database.resolveSibling(name + ".reserve"));
        reserve.fill();
        return reserve;
    }

    /** Sets it aside again where that was undone and the disk has room. */
    public synchronized void fill() {
        if (held) {
            return;
        }
        try (Descriptor descriptor = open()) {
            boolean full = calls.fstat(descriptor).blocks() * 512 >= BYTES;
            if (!full && calls.fstatfs(descriptor).availableBytes() >= ENOUGH) {
                calls.fallocate(descriptor, 0, 0, BYTES);
                full = true;
            }
            held = full;
        } catch (SystemCallException e) {
            LOG.debug("Sets no space aside: {}", e.getMessage());
        }
    }

    /** Gives the space away; false where none was set aside. */
    public synchronized boolean release() {
        if (!held) {
            return false;
        }
        try (Descriptor descriptor = open()) {
            calls.ftruncate(descriptor, 0);
            // Freed blocks are to be had only when that is on the disk.
            calls.fsync(descriptor);
            held = false;
            LOG.warn("The disk of {} is full: what was set aside is used to remove things from it", file.getParent());
            return true;
        } catch (SystemCallException e) {
            LOG.warn("Cannot give away what was set aside: {}", e.getMessage());
            return false;
        }
    }

    private Descriptor open() {
        return calls.openat2(
                null, file.toString(), new OpenHow(OpenHow.READ_WRITE | OpenHow.CREATE | OpenHow.NO_FOLLOW, 0600, 0));
    }
}
