package io.berth.imagefs.registry;

import io.berth.imagefs.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One range of a blob that is fetched ahead into memory, by a thread of its own; for one reader. */
final class BlobPart {
    private final long from;
    private final long end;
    private final RangeSlots slots;
    private final ByteBuffer memory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean unwanted;
    private boolean ended;
    private boolean released;
    private @Nullable Exception failure;

    /** Opens a range of the blob, which goes on where it breaks off. */
    @FunctionalInterface
    interface Opener {
        ResumingBlob open(ByteRange range);
    }

    private BlobPart(long from, long end, RangeSlots slots, ByteBuffer memory) {
        this.from = from;
        this.end = end;
        this.slots = slots;
        this.memory = memory.limit((int) (end - from));
    }

    /** Begins to fetch; null where no more of that may be done at the moment. */
    static @Nullable BlobPart begin(long from, long end, RangeSlots slots, Opener opener) {
        ByteBuffer memory = slots.take();
        if (memory == null) {
            return null;
        }
        BlobPart part = new BlobPart(from, end, slots, memory);
        try {
            slots.run(() -> part.fetch(opener));
            return part;
        } catch (java.util.concurrent.RejectedExecutionException closed) {
            slots.giveBack(memory);
            return null;
        }
    }

    private void fetch(Opener opener) {
        Exception why = null;
        try (ResumingBlob blob = opener.open(new ByteRange(from, end))) {
            // To the very end, after which the connection serves the next one.
            for (ByteBuffer piece = blob.next(); piece != null && !unwanted; piece = blob.next()) {
                if (piece.remaining() > memory.remaining()) {
                    throw new IOException("more bytes than the " + (end - from) + " asked for");
                }
                memory.put(piece);
            }
            if (memory.hasRemaining()) {
                throw new EOFException("fewer bytes than the " + (end - from) + " asked for");
            }
        } catch (IOException | ImageException e) {
            why = e;
        } finally {
            ended(why);
        }
    }

    private void ended(@Nullable Exception why) {
        lock.lock();
        try {
            failure = why;
            ended = true;
            changed.signalAll();
            if (unwanted) {
                giveBack();
            }
        } finally {
            lock.unlock();
        }
    }

    long from() {
        return from;
    }

    long end() {
        return end;
    }

    /** Whether it has come, without waiting. */
    boolean isHere() {
        lock.lock();
        try {
            return ended && failure == null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for it.
     *
     * @return its bytes, until {@link #release}
     * @throws IOException where it did not come whole, or not in time
     */
    ByteBuffer await(Duration patience) throws IOException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (!ended) {
                if (left <= 0) {
                    throw new IOException(
                            "no bytes " + from + "-" + (end - 1) + " within " + patience.toSeconds() + " s");
                }
                left = changed.awaitNanos(left);
            }
            if (failure != null) {
                throw new IOException(failure.getMessage(), failure);
            }
            return memory.duplicate().flip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting");
            interrupted.initCause(e);
            throw interrupted;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The reader has done with it, or does not want it any more. Its thread lets go of the memory where it still runs.
     */
    void release() {
        lock.lock();
        try {
            unwanted = true;
            if (ended) {
                giveBack();
            }
        } finally {
            lock.unlock();
        }
    }

    private void giveBack() {
        if (!released) {
            released = true;
            slots.giveBack(memory);
        }
    }

    /** How long a part may take that gets on: as the whole of it is waited for. */
    static Duration patience(Duration progressTimeout) {
        return progressTimeout.plusNanos(TimeUnit.MINUTES.toNanos(5));
    }
}
