package io.berth.network.netlink;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Requests about addresses of links: {@code RTM_NEWADDR} and its kin. */
public final class AddressRequests {
    static final int NEW_ADDRESS = 20;
    private static final int GET_ADDRESS = 22;

    static final int ADDRESS = 1;
    static final int LOCAL = 2;
    private static final int BROADCAST = 4;
    private static final int FLAGS = 8;

    private static final int HEADER_LENGTH = 8;
    private static final int FLAGS_AT = 2;
    private static final int SCOPE_AT = 3;
    private static final int PERMANENT = 0x80;

    /** Duplicate address detection off: the address can be used at once. */
    private static final int NO_DUPLICATE_DETECTION = 0x02;

    private AddressRequests() {}

    /** Gives a link an address; an IPv6 address is usable at once. Fails with EEXIST when the link has it. */
    public static NetlinkRequest add(int linkIndex, InetAddress address, int prefixLength) {
        byte[] bytes = address.getAddress();
        NetlinkMessage message = new NetlinkMessage(NEW_ADDRESS, Flags.REQUEST | Flags.CREATE | Flags.EXCLUSIVE)
                .addressHeader(Family.of(address), prefixLength, linkIndex)
                .attribute(LOCAL, bytes)
                .attribute(ADDRESS, bytes);
        if (address instanceof Inet4Address) {
            message.attribute(BROADCAST, broadcast(bytes, prefixLength));
        } else {
            message.attribute(FLAGS, NO_DUPLICATE_DETECTION);
        }
        return new NetlinkRequest("add address", () -> address.getHostAddress() + "/" + prefixLength, message);
    }

    /** Asks for all addresses of all links, for {@link NetlinkSocket#dump}; {@link LinkAddress#of} reads the rows. */
    public static NetlinkRequest list() {
        return new NetlinkRequest(
                "list",
                "addresses",
                new NetlinkMessage(GET_ADDRESS, Flags.REQUEST).addressHeader(Family.UNSPECIFIED, 0, 0));
    }

    /** Whether a row of {@link #list} is of an address that stays until it is taken away, and that others can reach. */
    public static boolean isPermanentAndGlobal(NetlinkAnswer answer) {
        return answer.payload().limit() >= HEADER_LENGTH
                && (answer.payload().get(FLAGS_AT) & PERMANENT) != 0
                && answer.payload().get(SCOPE_AT) == 0;
    }

    private static byte[] broadcast(byte[] address, int prefixLength) {
        byte[] broadcast = address.clone();
        for (int bit = prefixLength; bit < broadcast.length * 8; bit++) {
            broadcast[bit / 8] |= (byte) (0x80 >> (bit % 8));
        }
        return broadcast;
    }
}
