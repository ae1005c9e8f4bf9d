package io.berth.network.netlink;

import io.berth.network.address.HardwareAddress;

/** Requests about links: {@code RTM_NEWLINK} and its kin. */
public final class LinkRequests {
    static final int NEW_LINK = 16;
    static final int DELETE_LINK = 17;
    static final int GET_LINK = 18;

    static final int ADDRESS = 1;
    static final int NAME = 3;
    static final int MTU = 4;
    static final int LINK = 5;
    static final int MASTER = 10;
    static final int LINK_INFO = 18;
    static final int STATISTICS_64 = 23;
    static final int TRANSMIT_QUEUES = 31;
    static final int RECEIVE_QUEUES = 32;
    static final int NETWORK_NAMESPACE_DESCRIPTOR = 28;

    static final int INFO_KIND = 1;
    static final int INFO_DATA = 2;
    private static final int INFO_SLAVE_KIND = 4;
    private static final int INFO_SLAVE_DATA = 5;
    private static final int VETH_PEER = 1;
    private static final int BRIDGE_PORT_HAIRPIN = 4;

    private static final int EXTENSION_MASK = 29;
    private static final int SKIP_STATISTICS = 8;
    private static final int FAMILY_SETTINGS = 26;
    private static final int IPV6_ADDRESS_GENERATION = 8;
    private static final int NO_ADDRESS_GENERATION = 1;

    private LinkRequests() {}

    /** Makes a bridge, down, with a hardware address of its own, so that it does not take that of a port. */
    public static NetlinkRequest createBridge(String name, HardwareAddress hardwareAddress, int mtu) {
        NetlinkMessage message = create().attribute(NAME, name)
                .attribute(ADDRESS, hardwareAddress.bytes())
                .attribute(MTU, mtu);
        int info = message.beginNested(LINK_INFO);
        message.attribute(INFO_KIND, "bridge").endNested(info);
        return new NetlinkRequest("create bridge", name, message);
    }

    /**
     * Makes a pair of links, both up: one here, in the bridge, the other under {@link VethPair#peerName} in the
     * namespace that the descriptor names.
     */
    public static NetlinkRequest createVeth(VethPair pair) {
        NetlinkMessage message = new NetlinkMessage(NEW_LINK, Flags.REQUEST | Flags.CREATE | Flags.EXCLUSIVE)
                .linkHeader(Family.UNSPECIFIED, 0, 0, 0)
                .attribute(NAME, pair.name())
                .attribute(MTU, pair.mtu())
                .attribute(TRANSMIT_QUEUES, 1)
                .attribute(RECEIVE_QUEUES, 1)
                .attribute(MASTER, pair.bridgeIndex());
        int info = message.beginNested(LINK_INFO);
        message.attribute(INFO_KIND, "veth");
        int data = message.beginNested(INFO_DATA);
        int peer = message.beginNested(VETH_PEER);
        // Down: while the pair is being made, the kernel refuses to bring up the end that it makes first.
        message.linkHeader(Family.UNSPECIFIED, 0, 0, 0)
                .attribute(NAME, pair.peerName())
                .attribute(ADDRESS, pair.peerHardwareAddress().bytes())
                .attribute(MTU, pair.mtu())
                .attribute(TRANSMIT_QUEUES, 1)
                .attribute(RECEIVE_QUEUES, 1)
                .attribute(NETWORK_NAMESPACE_DESCRIPTOR, pair.peerNamespace());
        message.endNested(peer).endNested(data).endNested(info);
        return new NetlinkRequest("create veth", pair.name(), message);
    }

    /**
     * Makes a link in a bridge a pod's port: it may send a frame back to where it came from, for a pod that reaches
     * itself through a service.
     */
    public static NetlinkRequest configurePort(String name) {
        NetlinkMessage message = existing(name, 0, 0);
        int info = message.beginNested(LINK_INFO);
        message.attribute(INFO_SLAVE_KIND, "bridge");
        int data = message.beginNested(INFO_SLAVE_DATA);
        message.byteAttribute(BRIDGE_PORT_HAIRPIN, 1).endNested(data).endNested(info);
        return new NetlinkRequest("configure bridge port", name, message);
    }

    /**
     * Keeps a link that is still down from getting an IPv6 link-local address by itself. Whoever has one tells all
     * others in the bridge so, several times. Fails with EAFNOSUPPORT where the kernel runs without IPv6.
     */
    public static NetlinkRequest generateNoAddress(String name) {
        return new NetlinkRequest("keep IPv6 address from", name, withoutLinkLocalAddress(existing(name, 0, 0)));
    }

    /** As above. */
    public static NetlinkRequest generateNoAddress(int index) {
        NetlinkMessage message =
                new NetlinkMessage(NEW_LINK, Flags.REQUEST).linkHeader(Family.UNSPECIFIED, index, 0, 0);
        return new NetlinkRequest(
                "keep IPv6 address from link", () -> "with index " + index, withoutLinkLocalAddress(message));
    }

    /** Moves a link, which goes down, to the namespace that the descriptor names, and renames it. */
    public static NetlinkRequest move(String name, int index, int namespace, String newName) {
        NetlinkMessage message = new NetlinkMessage(NEW_LINK, Flags.REQUEST)
                .linkHeader(Family.UNSPECIFIED, index, 0, 0)
                .attribute(NETWORK_NAMESPACE_DESCRIPTOR, namespace)
                .attribute(NAME, newName);
        return new NetlinkRequest("move link", name, message);
    }

    /** Puts a link into a bridge. */
    public static NetlinkRequest enslave(String name, int bridgeIndex) {
        return new NetlinkRequest("put into bridge", name, existing(name, 0, 0).attribute(MASTER, bridgeIndex));
    }

    public static NetlinkRequest setUp(String name) {
        return new NetlinkRequest("bring up", name, existing(name, Flags.LINK_UP, Flags.LINK_UP));
    }

    public static NetlinkRequest setUp(int index) {
        NetlinkMessage message = new NetlinkMessage(NEW_LINK, Flags.REQUEST)
                .linkHeader(Family.UNSPECIFIED, index, Flags.LINK_UP, Flags.LINK_UP);
        return new NetlinkRequest("bring up link", () -> "with index " + index, message);
    }

    /** Deletes a link, with its peer if it has one. Waits for the kernel's readers: tens of milliseconds. */
    public static NetlinkRequest delete(String name) {
        return new NetlinkRequest("delete link", name, headed(DELETE_LINK, 0, 0).attribute(NAME, name));
    }

    /** Asks for one link; {@link LinkState#of} reads the answer. Fails with ENODEV when there is none. */
    public static NetlinkRequest get(String name) {
        return new NetlinkRequest("look up link", name, headed(GET_LINK, 0, 0).attribute(NAME, name));
    }

    /** Asks for one link without its counters; {@link LinkState#peerIndex} reads the answer. */
    public static NetlinkRequest getPeer(String name) {
        return new NetlinkRequest(
                "look up link",
                name,
                headed(GET_LINK, 0, 0).attribute(NAME, name).attribute(EXTENSION_MASK, SKIP_STATISTICS));
    }

    /** Asks for one link by index. */
    public static NetlinkRequest get(int index) {
        NetlinkMessage message = new NetlinkMessage(GET_LINK, Flags.REQUEST).linkHeader(0, index, 0, 0);
        return new NetlinkRequest("look up link", () -> "with index " + index, message);
    }

    /** Asks for all links, for {@link NetlinkSocket#dump}. */
    public static NetlinkRequest list() {
        return new NetlinkRequest("list", "links", headed(GET_LINK, 0, 0));
    }

    private static NetlinkMessage withoutLinkLocalAddress(NetlinkMessage message) {
        int families = message.beginNested(FAMILY_SETTINGS);
        int ipv6 = message.beginNested(Family.IPV6);
        return message.byteAttribute(IPV6_ADDRESS_GENERATION, NO_ADDRESS_GENERATION)
                .endNested(ipv6)
                .endNested(families);
    }

    private static NetlinkMessage create() {
        return new NetlinkMessage(NEW_LINK, Flags.REQUEST | Flags.CREATE | Flags.EXCLUSIVE)
                .linkHeader(Family.UNSPECIFIED, 0, 0, 0);
    }

    private static NetlinkMessage existing(String name, int flags, int changeMask) {
        return headed(NEW_LINK, flags, changeMask).attribute(NAME, name);
    }

    private static NetlinkMessage headed(int type, int flags, int changeMask) {
        return new NetlinkMessage(type, Flags.REQUEST).linkHeader(Family.UNSPECIFIED, 0, flags, changeMask);
    }
}
