package io.berth.imagefs.unpack;

import java.util.concurrent.atomic.AtomicLong;

/** What the paths that layers under way must remember may take of the heap, together. Any thread. */
final class PathMemory {
    /** Of an object, its place in a tree and its value; about. */
    private static final long OVERHEAD = 150;

    private final AtomicLong left;

    PathMemory(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** For one layer. */
    Share share() {
        return new Share();
    }

    /** What one layer has taken; given back when it is closed. For one thread. */
    final class Share implements AutoCloseable {
        private long taken;

        private Share() {}

        /** Asks for the room that a path takes; false where there is none left. */
        boolean take(String path) {
            long wanted = OVERHEAD + path.length();
            if (left.addAndGet(-wanted) < 0) {
                left.addAndGet(wanted);
                return false;
            }
            taken += wanted;
            return true;
        }

        @Override
        public void close() {
            left.addAndGet(taken);
            taken = 0;
        }
    }
}
