package io.berth.server.cri;

import io.grpc.Status;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Interrupts the thread that works for a caller who has gone, and that thread only while it does. Any thread. */
final class Interruption {
    private @Nullable Thread worker;
    private boolean cancelled;

    /** The caller has gone. */
    synchronized void cancel() {
        cancelled = true;
        if (worker != null) {
            worker.interrupt();
        }
    }

    /**
     * Works.
     *
     * @throws io.grpc.StatusRuntimeException with CANCELLED where the caller went before it began
     */
    <T> T during(Supplier<T> work) {
        synchronized (this) {
            if (cancelled) {
                throw Status.CANCELLED.withDescription("the caller has gone").asRuntimeException();
            }
            worker = Thread.currentThread();
        }
        try {
            return work.get();
        } finally {
            synchronized (this) {
                worker = null;
                if (cancelled) {
                    // It was meant for this work: what the thread does next is somebody else's.
                    boolean _ = Thread.interrupted();
                }
            }
        }
    }
}
