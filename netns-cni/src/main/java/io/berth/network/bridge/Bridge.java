package io.berth.network.bridge;

import io.berth.kernel.Errno;
import io.berth.network.NetworkException;
import io.berth.network.address.AddressRange;
import io.berth.network.address.HardwareAddress;
import io.berth.network.netlink.AddressRequests;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkReply;
import io.berth.network.netlink.NetlinkRequest;
import io.berth.network.netlink.NetlinkSocket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The bridge on the host.
 *
 * @param index its index
 * @param mtu bytes, of the bridge and of every pair
 * @param kernelHasIpv6 whether links can have IPv6 addresses at all
 */
record Bridge(String name, int index, int mtu, boolean kernelHasIpv6) {
    private static final String KIND = "bridge";

    /**
     * Makes the bridge or completes the one that is there: its addresses, up.
     *
     * @param ports links that belong into it, if they exist: they fell out if somebody deleted the bridge
     */
    static Bridge ensure(BridgeSettings settings, HostView host, NetlinkSocket socket, Collection<String> ports) {
        String name = settings.bridge();
        int mtu = settings.mtu() == 0 ? host.uplinkMtu() : settings.mtu();
        Optional<LinkState> existing = host.link(name);
        LinkState link = existing.isPresent() ? existing.get() : create(settings, mtu, socket);
        if (!link.kind().equals(KIND)) {
            throw new NetworkException(
                    NetworkException.Kind.FAILED_PRECONDITION,
                    "use bridge",
                    name,
                    "there is an interface of that name that is no bridge"
                            + (link.kind().isEmpty() ? "" : " but a " + link.kind())
                            + "; configure another bridge name");
        }
        if (settings.ipv6() != null) {
            KernelSettings.skipDuplicateDetection(name);
        }
        List<NetlinkRequest> requests = new ArrayList<>();
        for (AddressRange range : settings.ranges()) {
            requests.add(AddressRequests.add(link.index(), range.gateway(), range.prefixLength()));
        }
        requests.add(LinkRequests.setUp(name));
        for (NetlinkReply reply : socket.exchange(requests)) {
            if (!reply.failedWith(Errno.EEXIST)) {
                reply.orThrow();
            }
        }
        Bridge bridge = new Bridge(name, link.index(), mtu, KernelSettings.haveIpv6());
        if (existing.isEmpty()) {
            bridge.takeBack(socket, ports);
        }
        return bridge;
    }

    /** Whether the bridge is still there and up. */
    boolean isThere(NetlinkSocket socket) {
        return LinkState.of(socket.exchange(List.of(LinkRequests.get(name))).getFirst())
                .filter(link -> link.index() == index && link.up())
                .isPresent();
    }

    /**
     * What makes a link that is in the bridge a pod's port. Its end here has no use for an address, for which the
     * kernel would work.
     */
    List<NetlinkRequest> portSettings(String port) {
        NetlinkRequest configured = LinkRequests.configurePort(port);
        return kernelHasIpv6 ? List.of(LinkRequests.generateNoAddress(port), configured) : List.of(configured);
    }

    private static LinkState create(BridgeSettings settings, int mtu, NetlinkSocket socket) {
        HardwareAddress hardwareAddress = new HardwareAddress(settings.ipv4().gateway());
        NetlinkReply created = socket.exchange(
                        List.of(LinkRequests.createBridge(settings.bridge(), hardwareAddress, mtu)))
                .getFirst();
        if (created.failedWith(Errno.EOPNOTSUPP)) {
            throw new NetworkException(
                    NetworkException.Kind.FAILED_PRECONDITION,
                    "create bridge",
                    settings.bridge(),
                    "this kernel has no bridges: load the module with \"modprobe bridge\"",
                    Errno.EOPNOTSUPP.name(),
                    null);
        }
        created.orThrow();
        return LinkState.of(socket.execute(LinkRequests.get(settings.bridge())))
                .orElseThrow(() -> new NetworkException(
                        NetworkException.Kind.INTERNAL, "create bridge", settings.bridge(), "it is not there"));
    }

    private void takeBack(NetlinkSocket socket, Collection<String> ports) {
        List<NetlinkRequest> requests = new ArrayList<>();
        for (String port : ports) {
            requests.add(LinkRequests.enslave(port, index));
            requests.addAll(portSettings(port));
        }
        for (NetlinkReply reply : socket.exchange(requests)) {
            if (!reply.failedWith(Errno.ENODEV)) {
                reply.orThrow();
            }
        }
    }
}
