package io.berth.core.stream;

import io.berth.kernel.shim.ShimStream;

/**
 * The streams of a process in a pod, on a socket that speaks {@link ShimStream}'s frames. Who closes the socket ends an
 * exec, with all that it has started, and detaches an attached client.
 *
 * @param stream the caller's to close
 * @param terminal sets the size of the process's terminal; blocks; fails with a BerthException when there is none, or
 *     none any more
 */
public record ProcessStreams(ShimStream stream, Resizing terminal) {
    /** Sets a terminal's size. */
    @FunctionalInterface
    public interface Resizing {
        void resize(int columns, int rows);
    }
}
