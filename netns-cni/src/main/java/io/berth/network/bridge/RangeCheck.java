package io.berth.network.bridge;

import io.berth.network.NetworkException;
import io.berth.network.address.AddressRange;
import io.berth.network.netlink.LinkAddress;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.Route;

/**
 * Whether a range is free on this host. Another link's addresses must not touch it, nor a route that would take a part
 * of it away. A wider route through a gateway may stay: the bridge's own is more specific.
 */
final class RangeCheck {
    private RangeCheck() {}

    static void requireFree(BridgeSettings settings, HostView host) {
        int ownIndex = host.link(settings.bridge()).map(LinkState::index).orElse(0);
        for (AddressRange range : settings.ranges()) {
            for (LinkAddress other : host.addresses()) {
                if (other.linkIndex() != ownIndex && range.overlaps(other.address(), other.prefixLength())) {
                    throw taken(
                            range,
                            host.linkName(other.linkIndex()) + " has the address "
                                    + other.address().getHostAddress() + "/" + other.prefixLength());
                }
            }
            for (Route route : host.routes()) {
                boolean takesApart = !route.gateway() || route.prefixLength() >= range.prefixLength();
                if (route.linkIndex() != ownIndex
                        && !route.isDefault()
                        && takesApart
                        && range.overlaps(route.destination(), route.prefixLength())) {
                    throw taken(
                            range,
                            "there is a route to " + route.destination().getHostAddress() + "/" + route.prefixLength()
                                    + " by " + host.linkName(route.linkIndex()));
                }
            }
        }
    }

    private static NetworkException taken(AddressRange range, String by) {
        String field = range.isIpv4() ? "ipv4_range" : "ipv6_range";
        return new NetworkException(
                NetworkException.Kind.FAILED_PRECONDITION,
                "use range",
                range.toString(),
                "it overlaps what this machine has: " + by + "; configure another " + field);
    }
}
