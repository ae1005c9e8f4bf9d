package io.berth.network.bridge;

import io.berth.kernel.Errno;
import io.berth.network.NetworkException;
import io.berth.network.lease.Lease;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkReply;
import io.berth.network.netlink.NetlinkRequest;
import io.berth.network.netlink.NetlinkSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the links of pods that have been detached, behind the caller's back: deleting a pair waits for the kernel's
 * readers, some 28 ms. Mostly there is nothing to do but to look, because the namespace has ended meanwhile and has
 * taken the pair with it, which the kernel does for many at once. What is still there after {@link #PATIENCE} is
 * deleted.
 *
 * <p>Bounded by the number of leases: none is given again before it has come through here. A lease stays on disk until
 * its links are gone, so a crash forgets nothing.
 */
final class LinkReaper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LinkReaper.class);
    private static final Duration ROUND = Duration.ofMillis(100);
    private static final Duration ROUND_AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMillis(400);
    private static final Duration CLOSING_DEADLINE = Duration.ofSeconds(5);

    /** What is done around the links, by the network. */
    interface Undertaker {
        /** Closes the host ports of all these leases. */
        void closePorts(List<Lease> leases);

        /** The links are gone: gives the addresses back and forgets the lease. */
        void bury(Lease lease);
    }

    private final NetlinkSocket socket;
    private final Undertaker undertaker;
    private final ScheduledThreadPoolExecutor executor;

    /** By host interface, with the time from which on we delete ourselves; guarded by this. */
    private final Map<String, Leaving> pending = new LinkedHashMap<>();

    /**
     * Held while links are looked at and deleted, so that a pair that has just been made under a name that was leaving
     * is not mistaken for the old one. Never held while waiting for an attachment, whose holder may wait for this.
     */
    private final ReentrantLock turn = new ReentrantLock();

    private boolean scheduled;

    LinkReaper(String bridge, NetlinkSocket socket, Undertaker undertaker) {
        this.socket = socket;
        this.undertaker = undertaker;
        this.executor = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "links-" + bridge);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Takes over a lease whose pod is done with it. */
    synchronized void submit(Lease lease) {
        pending.putIfAbsent(lease.hostInterface(), new Leaving(lease, System.nanoTime() + PATIENCE.toNanos()));
        schedule(ROUND);
    }

    /** Removes one lease's links now, on the caller's thread. */
    void reapNow(Lease lease) {
        turn.lock();
        try {
            undertaker.closePorts(List.of(lease));
            delete(List.of(lease));
            synchronized (this) {
                pending.remove(lease.hostInterface());
            }
        } finally {
            turn.unlock();
        }
        undertaker.bury(lease);
    }

    /** How many leases wait. */
    synchronized int pending() {
        return pending.size();
    }

    /** Removes everything that waits, on the caller's thread. */
    void drain() {
        for (Leaving leaving : waiting()) {
            reapNow(leaving.lease());
        }
    }

    /** Ends the thread, after the round that it is in. What still waits is found again in the lease files. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSING_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("Links are still being removed after {} s; going on without", CLOSING_DEADLINE.toSeconds());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void schedule(Duration delay) {
        if (!scheduled && !pending.isEmpty() && !executor.isShutdown()) {
            scheduled = true;
            // The round reports its own failures.
            var _ = executor.schedule(this::round, delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private synchronized List<Leaving> waiting() {
        return List.copyOf(pending.values());
    }

    private void round() {
        Duration next = ROUND;
        try {
            for (Leaving leaving : reapOverdue()) {
                undertaker.bury(leaving.lease());
                synchronized (this) {
                    pending.remove(leaving.lease().hostInterface(), leaving);
                }
            }
        } catch (RuntimeException failure) {
            LOG.warn("Removing links failed, will try again: {}", failure.getMessage(), failure);
            next = ROUND_AFTER_FAILURE;
        } finally {
            synchronized (this) {
                scheduled = false;
            }
            schedule(next);
        }
    }

    /** Deletes what has waited long enough; returns all whose links are gone now. */
    private List<Leaving> reapOverdue() {
        turn.lock();
        try {
            List<Leaving> waiting = waiting();
            undertaker.closePorts(waiting.stream().map(Leaving::lease).toList());
            List<Leaving> gone = new ArrayList<>(waiting);
            List<Lease> overdue = new ArrayList<>();
            long now = System.nanoTime();
            for (Leaving leaving : stillThere(waiting)) {
                if (now - leaving.deleteFrom() >= 0) {
                    overdue.add(leaving.lease());
                } else {
                    gone.remove(leaving);
                }
            }
            delete(overdue);
            return gone;
        } finally {
            turn.unlock();
        }
    }

    private List<Leaving> stillThere(List<Leaving> waiting) {
        List<NetlinkRequest> questions = waiting.stream()
                .map(leaving -> LinkRequests.get(leaving.lease().hostInterface()))
                .toList();
        List<NetlinkReply> replies = socket.exchange(questions);
        List<Leaving> there = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            if (!replies.get(i).failedWith(Errno.ENODEV)
                    && LinkState.of(replies.get(i).orThrow()).isPresent()) {
                there.add(waiting.get(i));
            }
        }
        return there;
    }

    private void delete(List<Lease> leases) {
        List<NetlinkRequest> requests = leases.stream()
                .map(lease -> LinkRequests.delete(lease.hostInterface()))
                .toList();
        NetworkException failure = null;
        for (NetlinkReply reply : socket.exchange(requests)) {
            try {
                if (!reply.failedWith(Errno.ENODEV)) {
                    reply.orThrow();
                }
            } catch (NetworkException refused) {
                failure = refused;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private record Leaving(Lease lease, long deleteFrom) {}
}
