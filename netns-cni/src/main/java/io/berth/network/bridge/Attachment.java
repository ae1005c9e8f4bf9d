package io.berth.network.bridge;

import io.berth.network.NetworkException;
import io.berth.network.lease.Lease;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One sandbox's place on the network. Only a thread that has taken it ({@link #take}) reads or changes it. */
final class Attachment {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    /** What the sandbox is at. */
    enum State {
        /** Nothing is held. */
        NEW,
        /** The lease is on disk; links are being made, or a crash came in between. */
        HALF_MADE,
        /** Attached ahead, for a pod to come: nobody has been told, and it has no host ports. */
        AHEAD,
        ATTACHED,
        /** Detached; the links are on their way out. */
        LEAVING,
        /** Gone, also from the table of attachments: take another one. */
        GONE
    }

    private final String sandboxId;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile State state = State.NEW;
    private volatile @Nullable Lease lease;

    Attachment(String sandboxId) {
        this.sandboxId = sandboxId;
    }

    Attachment(Lease lease, State state) {
        this.sandboxId = lease.sandboxId();
        this.lease = lease;
        this.state = state;
    }

    /** Takes the attachment for the calling thread; {@link #give} afterwards. */
    void take() {
        try {
            if (lock.tryLock(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL, "wait for network of", sandboxId, "interrupted", interrupted);
        }
        throw new NetworkException(
                NetworkException.Kind.DEADLINE_EXCEEDED,
                "wait for network of",
                sandboxId,
                "another change to it has not ended within " + DEADLINE.toSeconds() + " s");
    }

    void give() {
        lock.unlock();
    }

    State state() {
        return state;
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    /** The lease of a place that has one. */
    Lease requireLease() {
        return Objects.requireNonNull(lease, sandboxId);
    }

    void become(State next) {
        state = next;
    }

    void hold(Lease held) {
        lease = held;
        state = State.HALF_MADE;
    }

    void letGo() {
        lease = null;
        state = State.NEW;
    }
}
