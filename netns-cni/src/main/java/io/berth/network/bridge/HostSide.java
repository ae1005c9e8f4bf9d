package io.berth.network.bridge;

import io.berth.kernel.FileStatus;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCalls;
import io.berth.network.namespace.NamespaceVisitors;
import io.berth.network.namespace.PodNamespace;
import io.berth.network.netlink.AddressRequests;
import io.berth.network.netlink.LinkAddress;
import io.berth.network.netlink.NetlinkSocket;
import io.berth.network.nftables.AddressTranslation;
import io.berth.network.nftables.Ruleset;
import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a network keeps open in the host's network namespace: sessions with the kernel, all of the namespace of the
 * thread that opened them.
 *
 * @param namespace identifies that namespace
 * @param visitors enter pods' namespaces
 * @param links for attaching pods
 * @param removals for removing links, which is slow and must not be in attach's way
 */
record HostSide(
        FileStatus namespace,
        NamespaceVisitors visitors,
        NetlinkSocket links,
        NetlinkSocket removals,
        AddressTranslation translation)
        implements AutoCloseable {
    static HostSide open(SystemCalls calls, BridgeSettings settings) {
        FileStatus namespace = PodNamespace.own(calls);
        NetlinkSocket links = NetlinkSocket.open(calls, SocketCalls.NETLINK_ROUTE);
        try {
            NetlinkSocket removals = NetlinkSocket.open(calls, SocketCalls.NETLINK_ROUTE);
            try {
                NamespaceVisitors visitors = new NamespaceVisitors(calls);
                try {
                    return new HostSide(namespace, visitors, links, removals, translation(calls, settings, links));
                } catch (RuntimeException failure) {
                    visitors.close();
                    throw failure;
                }
            } catch (RuntimeException failure) {
                removals.close();
                throw failure;
            }
        } catch (RuntimeException failure) {
            links.close();
            throw failure;
        }
    }

    private static AddressTranslation translation(SystemCalls calls, BridgeSettings settings, NetlinkSocket links) {
        Ruleset ruleset = new Ruleset(settings.bridge(), settings.ipv4(), settings.ipv6(), settings.masquerade());
        return AddressTranslation.open(calls, ruleset, settings.bridge(), () -> addresses(links));
    }

    @Override
    public void close() {
        visitors.close();
        translation.close();
        removals.close();
        links.close();
    }

    private static Set<InetAddress> addresses(NetlinkSocket links) {
        return links.dump(AddressRequests.list()).stream()
                .flatMap(answer -> LinkAddress.of(answer).stream())
                .map(LinkAddress::address)
                .collect(Collectors.toUnmodifiableSet());
    }
}
