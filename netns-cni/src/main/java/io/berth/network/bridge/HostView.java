package io.berth.network.bridge;

import io.berth.network.netlink.AddressRequests;
import io.berth.network.netlink.LinkAddress;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkSocket;
import io.berth.network.netlink.Route;
import io.berth.network.netlink.RouteRequests;
import java.util.List;
import java.util.Optional;

/** The host's links, addresses and routes at one moment. */
record HostView(List<LinkState> links, List<LinkAddress> addresses, List<Route> routes) {
    private static final int FALLBACK_MTU = 1500;

    static HostView read(NetlinkSocket socket) {
        return new HostView(
                socket.dump(LinkRequests.list()).stream()
                        .flatMap(answer -> LinkState.of(answer).stream())
                        .toList(),
                socket.dump(AddressRequests.list()).stream()
                        .flatMap(answer -> LinkAddress.of(answer).stream())
                        .toList(),
                socket.dump(RouteRequests.list()).stream()
                        .flatMap(answer -> Route.of(answer).stream())
                        .toList());
    }

    Optional<LinkState> link(String name) {
        return links.stream().filter(link -> link.name().equals(name)).findFirst();
    }

    /** A link's name, or its number if it has gone. */
    String linkName(int index) {
        return links.stream()
                .filter(link -> link.index() == index)
                .map(LinkState::name)
                .findFirst()
                .orElse("interface " + index);
    }

    /** The MTU of the link that the default route leaves by; the smallest when there are several. */
    int uplinkMtu() {
        return routes.stream()
                .filter(Route::isDefault)
                .flatMap(route -> links.stream().filter(link -> link.index() == route.linkIndex()))
                .mapToInt(LinkState::mtu)
                .filter(mtu -> mtu > 0)
                .min()
                .orElse(FALLBACK_MTU);
    }

    /** The links that have their IPv6 default route from a router's advertisement. */
    List<String> linksConfiguredByAdvertisement() {
        return routes.stream()
                .filter(route -> route.isDefault() && route.fromAdvertisement())
                .map(route -> linkName(route.linkIndex()))
                .distinct()
                .toList();
    }
}
