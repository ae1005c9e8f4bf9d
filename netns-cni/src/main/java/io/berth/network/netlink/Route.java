package io.berth.network.netlink;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A route of the main table.
 *
 * @param destination the prefix's address, all zero for a default route
 * @param linkIndex the link that it leaves by, or 0
 * @param gateway whether it leads to a gateway, not straight to the destination
 * @param fromAdvertisement whether a router's advertisement made it
 */
public record Route(
        InetAddress destination, int prefixLength, int linkIndex, boolean gateway, boolean fromAdvertisement) {
    private static final int HEADER_LENGTH = 12;
    private static final int TYPE_UNICAST = 1;
    private static final int PROTOCOL_ADVERTISEMENT = 9;
    private static final int FIRST_REJECTING_TYPE = 6;
    private static final int LAST_REJECTING_TYPE = 8;

    public boolean isDefault() {
        return prefixLength == 0;
    }

    /** Reads a row of {@link RouteRequests#list}; empty for other tables, broadcast, multicast and the like. */
    public static Optional<Route> of(NetlinkAnswer answer) {
        if (answer.type() != RouteRequests.NEW_ROUTE || answer.payload().limit() < HEADER_LENGTH) {
            return Optional.empty();
        }
        int family = Byte.toUnsignedInt(answer.payload().get(0));
        int type = Byte.toUnsignedInt(answer.payload().get(7));
        NetlinkAttributes attributes = answer.attributes(HEADER_LENGTH);
        int table = attributes
                .integer(RouteRequests.TABLE)
                .orElse(Byte.toUnsignedInt(answer.payload().get(4)));
        boolean takesTraffic = type == TYPE_UNICAST || (type >= FIRST_REJECTING_TYPE && type <= LAST_REJECTING_TYPE);
        if (table != RouteRequests.TABLE_MAIN || !takesTraffic || (family != Family.IPV4 && family != Family.IPV6)) {
            return Optional.empty();
        }
        byte[] anywhere = new byte[family == Family.IPV4 ? 4 : 16];
        return LinkAddress.toAddress(attributes.bytes(RouteRequests.DESTINATION).orElse(anywhere))
                .map(destination -> new Route(
                        destination,
                        Byte.toUnsignedInt(answer.payload().get(1)),
                        attributes.integer(RouteRequests.OUTGOING_LINK).orElse(0),
                        attributes.has(RouteRequests.GATEWAY),
                        Byte.toUnsignedInt(answer.payload().get(5)) == PROTOCOL_ADVERTISEMENT));
    }
}
