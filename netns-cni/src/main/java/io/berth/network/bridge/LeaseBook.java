package io.berth.network.bridge;

import io.berth.network.NetworkException;
import io.berth.network.NetworkRequest;
import io.berth.network.PortMapping;
import io.berth.network.address.AddressPool;
import io.berth.network.address.AddressRange;
import io.berth.network.lease.Lease;
import io.berth.network.lease.LeaseStore;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Addresses and the files that say who has them. Safe for use by several threads. */
final class LeaseBook {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseBook.class);

    /** How many addresses are tried whose lease files exist though no lease of ours is known. */
    private static final int ATTEMPTS = 64;

    /** Free addresses below which none is taken ahead. */
    private static final int ROOM = 16;

    /** Much longer than the kernel takes to end the namespaces of a crowd of pods. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** After which it is looked whether leases are still on their way. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final LeaseStore store;
    private final AddressPool ipv4;
    private final @Nullable AddressPool ipv6;

    LeaseBook(BridgeSettings settings, LeaseStore store) {
        this.store = store;
        this.ipv4 = new AddressPool(settings.ipv4());
        AddressRange range = settings.ipv6();
        this.ipv6 = range == null ? null : new AddressPool(range);
    }

    /** Reads what an earlier daemon left. */
    List<LeaseStore.Recorded> load() {
        List<LeaseStore.Recorded> leases = store.readAll();
        for (LeaseStore.Recorded recorded : leases) {
            Lease lease = recorded.lease();
            if (!ipv4.claim(lease.ipv4())) {
                LOG.warn("Two leases have the address {}", lease.ipv4().getHostAddress());
            }
            InetAddress address = lease.ipv6();
            if (ipv6 != null && address != null && !ipv6.claim(address)) {
                LOG.warn("Two leases have the address {}", address.getHostAddress());
            }
        }
        return leases;
    }

    /** Takes addresses for a pod and puts the lease on disk. */
    Lease open(NetworkRequest request) {
        List<PortMapping> ports = published(request.ports());
        String link = HostInterfaceName.of(request.sandboxId());
        InetAddress second = ipv6 == null ? null : ipv6.take();
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                InetAddress first = ipv4.take();
                Lease lease = new Lease(request.sandboxId(), first, second, link, ports);
                try {
                    if (store.record(lease)) {
                        return lease;
                    }
                } catch (RuntimeException failure) {
                    ipv4.release(first);
                    throw failure;
                }
                // Kept out of the pool: somebody else's file stands for it.
                LOG.warn("The address {} has a lease that this daemon did not write; passing it over", first);
            }
            throw new NetworkException(
                    NetworkException.Kind.FAILED_PRECONDITION,
                    "record lease for",
                    request.sandboxId(),
                    "another process keeps its leases in the same directory: configure another lease directory");
        } catch (RuntimeException failure) {
            if (ipv6 != null && second != null) {
                ipv6.release(second);
            }
            throw failure;
        }
    }

    /**
     * As {@link #open}; while the range is full and leases are on their way back to it, it waits for one of them, as
     * long as {@link #PATIENCE}.
     *
     * @param leaving how many are on their way
     */
    Lease open(NetworkRequest request, IntSupplier leaving) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            // Asked before: one that comes back after the attempt is worth another.
            boolean hopeful = leaving.getAsInt() > 0 && System.nanoTime() - end < 0;
            try {
                return open(request);
            } catch (NetworkException full) {
                if (!hopeful || full.kind() != NetworkException.Kind.RESOURCE_EXHAUSTED || !awaitRoom()) {
                    throw full;
                }
            }
        }
    }

    /** Waits for a free address of each range, not for long; false when the thread is interrupted. */
    private boolean awaitRoom() {
        try {
            ipv4.awaitFree(LOOK);
            if (ipv6 != null) {
                ipv6.awaitFree(LOOK);
            }
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Puts a lease that had no host ports on disk again, with these. */
    Lease publish(Lease lease, List<PortMapping> ports) {
        Lease publishing = lease.withPorts(published(ports));
        store.replace(publishing);
        return publishing;
    }

    /** Whether there are addresses enough to hold some for pods that nobody has asked for yet. */
    boolean isRoomy() {
        return ipv4.free() >= ROOM && (ipv6 == null || ipv6.free() >= ROOM);
    }

    void markLeaving(Lease lease) {
        store.markLeaving(lease);
    }

    /** Forgets a lease and gives its addresses back. */
    void close(Lease lease) {
        store.remove(lease);
        ipv4.release(lease.ipv4());
        InetAddress second = lease.ipv6();
        if (ipv6 != null && second != null) {
            ipv6.release(second);
        }
    }

    private static List<PortMapping> published(List<PortMapping> ports) {
        return ports.stream().filter(PortMapping::isPublished).toList();
    }
}
