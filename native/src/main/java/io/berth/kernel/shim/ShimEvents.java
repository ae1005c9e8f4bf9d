package io.berth.kernel.shim;

import io.berth.proto.shim.v1.ExitRecord;

/**
 * What a shim tells without being asked. Methods run on one of the event threads, one at a time and in order for each
 * client; they may block, and then delay that client's next event only.
 */
public interface ShimEvents {
    /**
     * A container's first process ended; its exit record is on disk. Told again to each new connection's client only.
     */
    void containerExited(ExitRecord exit);

    /**
     * The connection is gone, and the client with it: all its calls have failed, no other event follows. Also called
     * after {@link ShimClient#close}.
     *
     * @param reason why, for the log
     */
    void disconnected(String reason);
}
