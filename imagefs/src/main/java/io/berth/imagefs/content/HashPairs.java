package io.berth.imagefs.content;

import io.berth.kernel.codec.Sha256Lane;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hashes the streams of several threads, two streams at a time. A stream's bytes stay where they are until its thread
 * needs their room; then it takes them in, together with those that wait in another stream, whoever's that is.
 */
final class HashPairs {
    private static final int MOST_PIECES = 8;
    /** Another thread takes in a piece within a millisecond; it may have to wait for a processor. */
    private static final long PATIENCE_SECONDS = 60;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    /** These and their fields: under the lock. A lane of a busy one is that thread's that made it busy. */
    private final List<Stream> streams = new ArrayList<>();

    /** Begins a stream; empty where this machine cannot take in two at a time. */
    Optional<Hash> begin() {
        return Sha256Lane.create().map(lane -> {
            Stream stream = new Stream(lane);
            lock.lock();
            try {
                streams.add(stream);
            } finally {
                lock.unlock();
            }
            return stream;
        });
    }

    /** One stream's hash: for one thread, while others take in what waits in it. */
    final class Stream implements Hash {
        private final Sha256Lane lane;
        /** What waits; the lane may have been offered the first. */
        private final Deque<ByteBuffer> pieces = new ArrayDeque<>(MOST_PIECES);

        private long given;
        private long taken;
        private boolean busy;

        private Stream(Sha256Lane lane) {
            this.lane = lane;
        }

        @Override
        public void update(ByteBuffer bytes) {
            if (!bytes.hasRemaining()) {
                return;
            }
            lock.lock();
            try {
                while (pieces.size() == MOST_PIECES) {
                    advanceTo(taken + 1);
                }
                pieces.add(bytes.slice());
                given += bytes.remaining();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void settle(long count) {
            lock.lock();
            try {
                advanceTo(count);
            } finally {
                lock.unlock();
            }
        }

        @Override
        public Digest finish() {
            settle(given);
            return Digest.of(Digest.SHA256, lane.finish());
        }

        @Override
        public void close() {
            lock.lock();
            try {
                awaitFreed(this);
                streams.remove(this);
            } finally {
                lock.unlock();
            }
        }

        private long waiting() {
            return given - taken;
        }

        private void advanceTo(long count) {
            while (taken < count) {
                if (busy) {
                    awaitFreed(this);
                } else {
                    takeIn(this, partner(this));
                }
            }
        }

        private void claim() {
            busy = true;
            if (lane.left() == 0) {
                lane.offer(pieces.element());
            }
        }

        private void release(int before) {
            taken += before - lane.left();
            if (lane.left() == 0) {
                pieces.remove();
            }
            busy = false;
        }
    }

    /** Of the others the one in which most waits. */
    private @Nullable Stream partner(Stream stream) {
        Stream best = null;
        for (Stream other : streams) {
            if (other != stream
                    && !other.busy
                    && other.waiting() > 0
                    && (best == null || other.waiting() > best.waiting())) {
                best = other;
            }
        }
        return best;
    }

    /** Lets the lock go for as long as it takes. */
    private void takeIn(Stream stream, @Nullable Stream partner) {
        stream.claim();
        int before = stream.lane.left();
        int partnersBefore = 0;
        if (partner != null) {
            partner.claim();
            partnersBefore = partner.lane.left();
        }
        lock.unlock();
        try {
            if (partner == null) {
                stream.lane.take();
            } else {
                stream.lane.takeWith(partner.lane);
            }
        } finally {
            lock.lock();
            stream.release(before);
            if (partner != null) {
                partner.release(partnersBefore);
            }
            freed.signalAll();
        }
    }

    private void awaitFreed(Stream stream) {
        boolean interrupted = false;
        long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (stream.busy && left > 0) {
            try {
                left = freed.awaitNanos(left);
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (stream.busy) {
            throw new IllegalStateException("a piece was not hashed within " + PATIENCE_SECONDS + " s");
        }
    }
}
