package io.berth.network.netlink;

import java.net.InetAddress;

/** Requests about routes: {@code RTM_NEWROUTE} and its kin. */
public final class RouteRequests {
    static final int NEW_ROUTE = 24;
    private static final int GET_ROUTE = 26;

    static final int DESTINATION = 1;
    static final int OUTGOING_LINK = 4;
    static final int GATEWAY = 5;
    static final int TABLE = 15;

    static final int TABLE_MAIN = 254;
    private static final int PROTOCOL_STATIC = 4;
    private static final int SCOPE_UNIVERSE = 0;
    private static final int TYPE_UNICAST = 1;

    private RouteRequests() {}

    /** Sends everything that has no route of its own to {@code gateway}. */
    public static NetlinkRequest addDefault(int linkIndex, InetAddress gateway) {
        NetlinkMessage message = new NetlinkMessage(NEW_ROUTE, Flags.REQUEST | Flags.CREATE | Flags.EXCLUSIVE)
                .routeHeader(Family.of(gateway), 0, TABLE_MAIN, PROTOCOL_STATIC, SCOPE_UNIVERSE, TYPE_UNICAST)
                .attribute(GATEWAY, gateway.getAddress())
                .attribute(OUTGOING_LINK, linkIndex);
        return new NetlinkRequest("add default route", () -> "via " + gateway.getHostAddress(), message);
    }

    /** Asks for all routes, for {@link NetlinkSocket#dump}; {@link Route#of} reads the rows. */
    public static NetlinkRequest list() {
        return new NetlinkRequest(
                "list",
                "routes",
                new NetlinkMessage(GET_ROUTE, Flags.REQUEST).routeHeader(Family.UNSPECIFIED, 0, 0, 0, 0, 0));
    }
}
