package io.berth.network.bridge;

import io.berth.kernel.Errno;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import io.berth.network.BridgeNetworkConfig;
import io.berth.network.InterfaceStatistics;
import io.berth.network.NetworkException;
import io.berth.network.NetworkRequest;
import io.berth.network.NetworkResult;
import io.berth.network.NetworkStatus;
import io.berth.network.PodNetwork;
import io.berth.network.lease.Lease;
import io.berth.network.lease.LeaseStore;
import io.berth.network.namespace.PodNamespace;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.NetlinkReply;
import io.berth.network.nftables.HostPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The built-in pod network: one bridge, a veth pair per pod, addresses from a range, masquerade and host ports by one
 * nftables table. It works in the network namespace of the thread that first starts it.
 */
public final class BridgeNetwork implements PodNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeNetwork.class);
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(5);

    private final SystemCalls calls;
    private final BridgeSettings settings;
    private final LeaseStore store;
    private final LeaseBook book;
    private final Attachments attachments = new Attachments();

    private final ReentrantLock starting = new ReentrantLock();
    private boolean closed;
    private boolean loaded;
    private volatile @Nullable Running running;
    private volatile @Nullable NetworkException failure;
    private volatile long failedAt;
    private boolean loopbackRouted;

    private BridgeNetwork(SystemCalls calls, BridgeSettings settings, LeaseStore store) {
        this.calls = calls;
        this.settings = settings;
        this.store = store;
        this.book = new LeaseBook(settings, store);
    }

    /**
     * Checks the configuration; neither disk nor kernel is touched before {@link #start}.
     *
     * @throws NetworkException naming the field and the value that cannot be
     */
    public static BridgeNetwork open(BridgeNetworkConfig config) {
        return open(SystemCalls.real(), config);
    }

    static BridgeNetwork open(SystemCalls calls, BridgeNetworkConfig config) {
        return new BridgeNetwork(calls, BridgeSettings.of(config), new LeaseStore(calls, config.leaseDirectory()));
    }

    @Override
    public void start() {
        starting.lock();
        try {
            begin();
            failure = null;
        } catch (NetworkException refused) {
            failed(refused);
            throw refused;
        } catch (SystemCallException refused) {
            NetworkException translated = new NetworkException(
                    NetworkException.Kind.INTERNAL,
                    "start network",
                    settings.bridge(),
                    String.valueOf(refused.getMessage()),
                    refused.errno().name(),
                    refused);
            failed(translated);
            throw translated;
        } finally {
            starting.unlock();
        }
    }

    @Override
    public NetworkResult attach(NetworkRequest request) {
        List<HostPort> ports = HostPort.of(request.ports(), settings.ipv6() != null);
        Running network = running();
        network.host().translation().restore();
        Optional<NetworkResult> result = Optional.empty();
        while (result.isEmpty()) {
            Attachment attachment = attachments.take(request.sandboxId());
            try {
                Lease held = attachment.lease();
                if (held == null) {
                    result = Optional.of(attach(network, request, ports, attachment));
                } else if (attachment.state() == Attachment.State.AHEAD
                        && takeOver(network, request, ports, attachment)) {
                    result = Optional.of(PodLink.describe(settings, attachment.requireLease()));
                } else if (attachment.state() == Attachment.State.ATTACHED && complete(network, request, held)) {
                    result = Optional.of(PodLink.describe(settings, held));
                } else {
                    attachment.become(Attachment.State.LEAVING);
                    network.reaper().reapNow(held);
                }
            } finally {
                if (attachment.state() == Attachment.State.NEW) {
                    attachments.remove(request.sandboxId(), attachment);
                }
                attachment.give();
            }
        }
        return result.get();
    }

    @Override
    public boolean attachAhead(String sandboxId, String netnsPath) {
        if (running == null || !book.isRoomy()) {
            return false;
        }
        attach(new NetworkRequest(sandboxId, netnsPath));
        Attachment attachment = attachments.take(sandboxId);
        try {
            attachment.become(Attachment.State.AHEAD);
        } finally {
            attachment.give();
        }
        return true;
    }

    @Override
    public void detach(String sandboxId, @Nullable String netnsPath) {
        load();
        Attachment attachment = attachments.find(sandboxId);
        if (attachment == null) {
            return;
        }
        attachment.take();
        try {
            Lease lease = attachment.lease();
            if (lease == null || attachment.state() == Attachment.State.LEAVING) {
                return;
            }
            book.markLeaving(lease);
            attachment.become(Attachment.State.LEAVING);
            Running network = running;
            if (network != null) {
                network.host().translation().leave(lease);
                network.reaper().submit(lease);
            }
        } finally {
            attachment.give();
        }
    }

    @Override
    public Set<String> knownSandboxes() {
        load();
        return attachments.staying();
    }

    @Override
    public NetworkStatus status() {
        if (failure != null && System.nanoTime() - failedAt > RESTART_PAUSE.toNanos()) {
            try {
                start();
            } catch (NetworkException still) {
                LOG.debug("Still not ready: {}", still.getMessage());
            }
        }
        NetworkException refused = failure;
        return refused == null
                ? NetworkStatus.isReady()
                : NetworkStatus.notReady("PodNetworkNotReady", String.valueOf(refused.getMessage()));
    }

    @Override
    public List<InterfaceStatistics> statistics(String sandboxId) {
        Attachment attachment = attachments.find(sandboxId);
        Lease lease = attachment == null ? null : attachment.lease();
        Running network = running;
        if (lease == null || network == null) {
            return List.of();
        }
        return Traffic.of(lease, network.host().links());
    }

    @Override
    public Map<String, List<InterfaceStatistics>> statistics() {
        Running network = running;
        return network == null
                ? Map.of()
                : Traffic.of(attachments.leases(), network.host().links());
    }

    @Override
    public boolean removeIfUnused() {
        running().reaper().drain();
        starting.lock();
        try {
            Running network = running();
            if (!attachments.isEmpty()) {
                return false;
            }
            network.host().translation().remove();
            NetlinkReply deleted = network.host()
                    .removals()
                    .exchange(List.of(LinkRequests.delete(settings.bridge())))
                    .getFirst();
            if (!deleted.failedWith(Errno.ENODEV)) {
                deleted.orThrow();
            }
            store.removeDirectory();
            stop(network);
            return true;
        } finally {
            starting.unlock();
        }
    }

    @Override
    public void close() {
        starting.lock();
        try {
            closed = true;
            Running network = running;
            if (network != null) {
                stop(network);
            }
        } finally {
            starting.unlock();
        }
    }

    private NetworkResult attach(Running network, NetworkRequest request, List<HostPort> ports, Attachment attachment) {
        HostSide host = network.host();
        host.translation().claim(request.sandboxId(), ports);
        try {
            if (ports.stream().anyMatch(HostPort::onIpv4Loopback)) {
                routeLoopbackAddresses();
            }
            Lease lease = book.open(request, network.reaper()::pending);
            attachment.hold(lease);
            try {
                connect(network, request, lease);
                host.translation().publish(lease);
                attachment.become(Attachment.State.ATTACHED);
                return PodLink.describe(settings, lease);
            } catch (RuntimeException refused) {
                undo(network, lease, attachment, refused);
                throw refused;
            }
        } catch (RuntimeException refused) {
            if (attachment.lease() == null) {
                host.translation().unclaim(request.sandboxId());
            }
            throw refused;
        }
    }

    /**
     * Gives a pod what was attached ahead for it, with its host ports.
     *
     * @return false when somebody has changed it meanwhile: it is to be made anew
     */
    private boolean takeOver(Running network, NetworkRequest request, List<HostPort> ports, Attachment attachment) {
        HostSide host = network.host();
        Lease held = attachment.requireLease();
        if (!PodLink.isConnected(held, network.bridge(), host.links())) {
            return false;
        }
        if (!ports.isEmpty()) {
            host.translation().claim(request.sandboxId(), ports);
            try {
                if (ports.stream().anyMatch(HostPort::onIpv4Loopback)) {
                    routeLoopbackAddresses();
                }
                Lease publishing = book.publish(held, request.ports());
                attachment.hold(publishing);
                host.translation().publish(publishing);
            } catch (RuntimeException refused) {
                undo(network, attachment.requireLease(), attachment, refused);
                throw refused;
            }
        }
        attachment.become(Attachment.State.ATTACHED);
        return true;
    }

    private void connect(Running network, NetworkRequest request, Lease lease) {
        HostSide host = network.host();
        try (PodNamespace namespace =
                PodNamespace.open(calls, host.visitors(), request.netnsPath(), host.namespace())) {
            try {
                PodLink.connect(settings, network.bridge(), lease, namespace, host.links());
            } catch (NetworkException refused) {
                if (network.bridge().isThere(host.links())) {
                    throw refused;
                }
                LOG.warn("The bridge {} is gone; making it anew", settings.bridge());
                start();
                PodLink.connect(settings, running().bridge(), lease, namespace, host.links());
            }
        }
    }

    private static void undo(Running network, Lease lease, Attachment attachment, RuntimeException cause) {
        try {
            attachment.become(Attachment.State.LEAVING);
            network.reaper().reapNow(lease);
        } catch (RuntimeException left) {
            // The lease is still there, so the next attach or detach of the sandbox, or the next start, goes on from
            // here.
            attachment.become(Attachment.State.HALF_MADE);
            cause.addSuppressed(left);
        }
    }

    /**
     * Makes sure that a pod with a lease is connected: an earlier daemon may have been stopped in the middle of it.
     *
     * @return false when nothing of it can be used
     */
    private boolean complete(Running network, NetworkRequest request, Lease lease) {
        try (PodNamespace namespace = PodNamespace.open(
                calls,
                network.host().visitors(),
                request.netnsPath(),
                network.host().namespace())) {
            PodLink.complete(
                    settings, network.bridge(), lease, namespace, network.host().links());
            return true;
        } catch (NetworkException unusable) {
            LOG.warn("Attaching sandbox {} anew: {}", lease.sandboxId(), unusable.getMessage());
            return false;
        }
    }

    private Running running() {
        Running network = running;
        while (network == null) {
            start();
            network = running;
        }
        return network;
    }

    private void begin() {
        if (closed) {
            throw new NetworkException(
                    NetworkException.Kind.FAILED_PRECONDITION, "use network", settings.bridge(), "it has been closed");
        }
        load();
        store.create();
        Running before = running;
        HostSide host = before == null ? HostSide.open(calls, settings) : before.host();
        try {
            HostView view = HostView.read(host.links());
            RangeCheck.requireFree(settings, view);
            List<Lease> leases = attachments.leases();
            Bridge bridge = Bridge.ensure(
                    settings,
                    view,
                    host.links(),
                    leases.stream().map(Lease::hostInterface).toList());
            KernelSettings.forwardIpv4();
            if (settings.ipv6() != null) {
                KernelSettings.forwardIpv6(view);
            }
            loopbackRouted = false;
            if (leases.stream()
                    .anyMatch(lease -> HostPort.of(lease.ports(), lease.ipv6() != null).stream()
                            .anyMatch(HostPort::onIpv4Loopback))) {
                routeLoopbackAddresses();
            }
            host.translation().install(leases);
            LinkReaper reaper = before == null
                    ? new LinkReaper(settings.bridge(), host.removals(), new Undertaking(host))
                    : before.reaper();
            running = new Running(host, bridge, reaper);
            if (before == null) {
                resumeLeaving(host, reaper);
                LOG.info(
                        "Pod network ready: bridge {}, ranges {}, MTU {}, {} leases",
                        settings.bridge(),
                        settings.ranges(),
                        bridge.mtu(),
                        leases.size());
            }
        } catch (RuntimeException refused) {
            if (before == null) {
                host.close();
            }
            throw refused;
        }
    }

    private void resumeLeaving(HostSide host, LinkReaper reaper) {
        for (Lease lease : attachments.leaving()) {
            host.translation().leave(lease);
            reaper.submit(lease);
        }
    }

    private void routeLoopbackAddresses() {
        starting.lock();
        try {
            if (!loopbackRouted) {
                KernelSettings.routeLoopbackAddresses(settings.bridge());
                loopbackRouted = true;
            }
        } finally {
            starting.unlock();
        }
    }

    private void load() {
        starting.lock();
        try {
            if (!loaded) {
                attachments.load(book.load());
                loaded = true;
            }
        } finally {
            starting.unlock();
        }
    }

    private void failed(NetworkException refused) {
        failedAt = System.nanoTime();
        failure = refused;
    }

    private void stop(Running network) {
        network.reaper().close();
        network.host().close();
        running = null;
    }

    /** What there is while the network runs. */
    private record Running(HostSide host, Bridge bridge, LinkReaper reaper) {}

    private final class Undertaking implements LinkReaper.Undertaker {
        private final HostSide host;

        Undertaking(HostSide host) {
            this.host = host;
        }

        @Override
        public void closePorts(List<Lease> leases) {
            host.translation().withdraw(leases);
        }

        @Override
        public void bury(Lease lease) {
            attachments.bury(lease, book::close);
        }
    }
}
