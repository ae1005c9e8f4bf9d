package io.berth.network.bridge;

import io.berth.kernel.Errno;
import io.berth.network.NetworkException;
import io.berth.network.NetworkResult;
import io.berth.network.address.AddressRange;
import io.berth.network.address.HardwareAddress;
import io.berth.network.lease.Lease;
import io.berth.network.namespace.PodNamespace;
import io.berth.network.netlink.AddressRequests;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkReply;
import io.berth.network.netlink.NetlinkRequest;
import io.berth.network.netlink.NetlinkSocket;
import io.berth.network.netlink.RouteRequests;
import io.berth.network.netlink.VethPair;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The links of one pod: the pair, and what is set inside the namespace. */
final class PodLink {
    static final String POD_INTERFACE = "eth0";
    private static final String LOOPBACK = "lo";

    private PodLink() {}

    /** How a pod with this lease is connected. */
    static NetworkResult describe(BridgeSettings settings, Lease lease) {
        List<InetAddress> gateways = new ArrayList<>(2);
        gateways.add(settings.ipv4().gateway());
        AddressRange ipv6 = settings.ipv6();
        if (ipv6 != null && lease.ipv6() != null) {
            gateways.add(ipv6.gateway());
        }
        return new NetworkResult(
                lease.addresses(),
                gateways,
                POD_INTERFACE,
                new HardwareAddress(lease.ipv4()).toString(),
                lease.hostInterface());
    }

    /** Makes the links and sets the pod's side up; undoes what it has made when it fails. */
    static void connect(
            BridgeSettings settings, Bridge bridge, Lease lease, PodNamespace namespace, NetlinkSocket hostSocket) {
        VethPair pair = new VethPair(
                lease.hostInterface(),
                bridge.index(),
                POD_INTERFACE,
                new HardwareAddress(lease.ipv4()),
                namespace.descriptorNumber(),
                bridge.mtu());
        // One system call has the pair made across both namespaces and its end here set up; the last message asks for
        // the
        // other end's index, which saves a question inside.
        List<NetlinkReply> replies = hostSocket.exchange(hostSide(LinkRequests.createVeth(pair), bridge, pair.name()));
        replies.getFirst().orThrow();
        try {
            replies.forEach(NetlinkReply::orThrow);
            setUpInside(settings, bridge, lease, namespace, replies.getLast(), false);
        } catch (RuntimeException failure) {
            NetlinkReply undone = hostSocket
                    .exchange(List.of(LinkRequests.delete(pair.name())))
                    .getFirst();
            if (!undone.isDone() && !undone.failedWith(Errno.ENODEV)) {
                failure.addSuppressed(new IllegalStateException("left behind: " + undone));
            }
            throw failure;
        }
    }

    /** Whether the pod's link on the host is up and in the bridge. */
    static boolean isConnected(Lease lease, Bridge bridge, NetlinkSocket hostSocket) {
        NetlinkReply reply = hostSocket
                .exchange(List.of(LinkRequests.get(lease.hostInterface())))
                .getFirst();
        return LinkState.of(reply)
                .filter(link -> link.up() && link.master() == bridge.index())
                .isPresent();
    }

    /** Sets what is missing of links that are there already; fails when they are not what the lease says. */
    static void complete(
            BridgeSettings settings, Bridge bridge, Lease lease, PodNamespace namespace, NetlinkSocket hostSocket) {
        String name = lease.hostInterface();
        List<NetlinkReply> replies =
                hostSocket.exchange(hostSide(LinkRequests.enslave(name, bridge.index()), bridge, name));
        replies.forEach(NetlinkReply::orThrow);
        setUpInside(settings, bridge, lease, namespace, replies.getLast(), true);
    }

    private static void setUpInside(
            BridgeSettings settings,
            Bridge bridge,
            Lease lease,
            PodNamespace namespace,
            NetlinkReply hostLink,
            boolean again) {
        int podIndex = LinkState.readPeerIndex(hostLink);
        if (podIndex == 0) {
            throw new NetworkException(
                    NetworkException.Kind.INTERNAL,
                    "look up link",
                    lease.hostInterface(),
                    "the kernel does not name its other end");
        }
        for (NetlinkReply reply : namespace.socket().exchange(inside(settings, bridge, lease, podIndex))) {
            if (!again || !reply.failedWith(Errno.EEXIST)) {
                reply.orThrow();
            }
        }
    }

    private static List<NetlinkRequest> hostSide(NetlinkRequest inBridge, Bridge bridge, String port) {
        List<NetlinkRequest> requests = new ArrayList<>(5);
        requests.add(inBridge);
        requests.addAll(bridge.portSettings(port));
        requests.add(LinkRequests.setUp(port));
        requests.add(LinkRequests.getPeer(port));
        return requests;
    }

    private static List<NetlinkRequest> inside(BridgeSettings settings, Bridge bridge, Lease lease, int podIndex) {
        List<NetlinkRequest> requests = new ArrayList<>(6);
        requests.add(LinkRequests.setUp(LOOPBACK));
        if (settings.ipv6() == null && bridge.kernelHasIpv6()) {
            // The bridge would carry what each new pod says of its link-local address to every pod there is.
            requests.add(LinkRequests.generateNoAddress(podIndex));
        }
        requests.add(LinkRequests.setUp(podIndex));
        AddressRange ipv4 = settings.ipv4();
        requests.add(AddressRequests.add(podIndex, lease.ipv4(), ipv4.prefixLength()));
        requests.add(RouteRequests.addDefault(podIndex, ipv4.gateway()));
        AddressRange ipv6 = settings.ipv6();
        InetAddress address = lease.ipv6();
        if (ipv6 != null && address != null) {
            requests.add(AddressRequests.add(podIndex, address, ipv6.prefixLength()));
            requests.add(RouteRequests.addDefault(podIndex, ipv6.gateway()));
        }
        return requests;
    }
}
