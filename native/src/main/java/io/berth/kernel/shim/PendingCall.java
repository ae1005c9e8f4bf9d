package io.berth.kernel.shim;

import io.berth.proto.shim.v1.Reply;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One caller that waits for one reply. Completed once, by the I/O thread or by whoever ends the connection. */
final class PendingCall {
    private final Thread waiter = Thread.currentThread();
    private volatile @Nullable Reply reply;
    private volatile @Nullable String failure;

    void complete(Reply answer) {
        reply = answer;
        LockSupport.unpark(waiter);
    }

    void fail(String reason) {
        failure = reason;
        LockSupport.unpark(waiter);
    }

    /**
     * Waits for the reply.
     *
     * @param deadline in the time of {@link System#nanoTime}
     * @return null when the deadline passed
     * @throws ShimUnavailable when the call failed
     * @throws InterruptedException when the caller was interrupted
     */
    @Nullable
    Reply await(long deadline) throws InterruptedException {
        while (true) {
            Reply answer = reply;
            if (answer != null) {
                return answer;
            }
            String reason = failure;
            if (reason != null) {
                throw new ShimUnavailable(reason, null);
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(this, left);
        }
    }
}
