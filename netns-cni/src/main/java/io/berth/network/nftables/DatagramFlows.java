package io.berth.network.nftables;

import io.berth.kernel.SocketCalls;
import io.berth.network.NetworkException;
import io.berth.network.Protocol;
import io.berth.network.netlink.NetlinkAnswer;
import io.berth.network.netlink.NetlinkAttributes;
import io.berth.network.netlink.NetlinkMessage;
import io.berth.network.netlink.NetlinkRequest;
import io.berth.network.netlink.NetlinkSocket;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's memory of UDP flows ({@code linux/netfilter/nfnetlink_conntrack.h}). A flow's translation is decided by
 * its first packet and kept as long as packets come, so a client that never pauses would be sent to a pod that is gone,
 * or to the host, for ever. TCP and SCTP clients notice by themselves and connect anew.
 */
final class DatagramFlows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatagramFlows.class);

    private static final int SUBSYSTEM = 1 << 8;
    private static final int GET = SUBSYSTEM | 1;
    private static final int DELETE = SUBSYSTEM | 2;
    private static final int REQUEST = 1;
    private static final int HEADER_LENGTH = 4;

    private static final int IPV4 = 2;
    private static final int IPV6 = 10;
    private static final int UDP = 17;

    private static final int ORIGINAL = 1;
    private static final int ID = 12;
    private static final int ZONE = 18;
    private static final int FILTER = 25;
    private static final int TUPLE_ADDRESSES = 1;
    private static final int TUPLE_PROTOCOL = 2;
    private static final int IPV4_DESTINATION = 2;
    private static final int IPV6_DESTINATION = 4;
    private static final int PROTOCOL_NUMBER = 1;
    private static final int DESTINATION_PORT = 3;
    private static final int FILTER_ORIGINAL_FLAGS = 1;
    private static final int BY_PROTOCOL_AND_DESTINATION_PORT = (1 << 3) | (1 << 5);

    private final NetlinkSocket socket;
    private final Supplier<Set<InetAddress>> hostAddresses;

    private DatagramFlows(NetlinkSocket socket, Supplier<Set<InetAddress>> hostAddresses) {
        this.socket = socket;
        this.hostAddresses = hostAddresses;
    }

    /**
     * Opens a session in the calling thread's network namespace.
     *
     * @param hostAddresses the host's own addresses at the time of the call
     */
    static DatagramFlows open(SocketCalls calls, Supplier<Set<InetAddress>> hostAddresses) {
        return new DatagramFlows(NetlinkSocket.open(calls, SocketCalls.NETLINK_NETFILTER), hostAddresses);
    }

    /**
     * Has flows to these host ports decided anew with their next packet. A failure is logged and otherwise without
     * consequence: new flows are right in any case.
     */
    void forget(Collection<HostPort> ports) {
        List<HostPort> datagramPorts =
                ports.stream().filter(port -> port.protocol() == Protocol.UDP).toList();
        if (datagramPorts.isEmpty()) {
            return;
        }
        try {
            Set<InetAddress> local = hostAddresses.get();
            for (HostPort port : datagramPorts) {
                forget(port, local);
            }
        } catch (NetworkException refused) {
            LOG.warn("UDP clients of {} may have to start anew: {}", datagramPorts, refused.getMessage());
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    private void forget(HostPort port, Set<InetAddress> local) {
        List<NetlinkRequest> deletions = new ArrayList<>();
        for (NetlinkAnswer flow : socket.dump(list(port))) {
            NetlinkAttributes attributes = flow.attributes(HEADER_LENGTH);
            Optional<InetAddress> destination = destination(attributes, port.ipv6());
            // Others' flows have the same port number: a pod's question to a name server is none of ours.
            if (destination.isPresent()
                    && (port.address() == null
                            ? local.contains(destination.get())
                            : destination.get().equals(port.address()))) {
                deletions.add(delete(port, attributes));
            }
        }
        // One that has ended meanwhile is as good as deleted.
        int answered = socket.exchange(deletions).size();
        LOG.debug("Had {} flows to {} forgotten", answered, port);
    }

    private static NetlinkRequest list(HostPort port) {
        NetlinkMessage message = new NetlinkMessage(GET, REQUEST).netfilterHeader(port.ipv6() ? IPV6 : IPV4);
        int tuple = message.beginNested(ORIGINAL);
        int protocol = message.beginNested(TUPLE_PROTOCOL);
        message.byteAttribute(PROTOCOL_NUMBER, UDP)
                .attribute(DESTINATION_PORT, new byte[] {(byte) (port.port() >> 8), (byte) port.port()})
                .endNested(protocol)
                .endNested(tuple);
        int filter = message.beginNested(FILTER);
        message.attribute(FILTER_ORIGINAL_FLAGS, BY_PROTOCOL_AND_DESTINATION_PORT)
                .endNested(filter);
        return new NetlinkRequest("list flows to", port.toString(), message);
    }

    private static NetlinkRequest delete(HostPort port, NetlinkAttributes flow) {
        NetlinkMessage message = new NetlinkMessage(DELETE, REQUEST).netfilterHeader(port.ipv6() ? IPV6 : IPV4);
        flow.bytes(ORIGINAL).ifPresent(tuple -> message.nestedAttribute(ORIGINAL, tuple));
        flow.bytes(ID).ifPresent(id -> message.attribute(ID, id));
        flow.bytes(ZONE).ifPresent(zone -> message.attribute(ZONE, zone));
        return new NetlinkRequest("delete flow to", port.toString(), message);
    }

    private static Optional<InetAddress> destination(NetlinkAttributes flow, boolean ipv6) {
        return flow.nested(ORIGINAL)
                .nested(TUPLE_ADDRESSES)
                .bytes(ipv6 ? IPV6_DESTINATION : IPV4_DESTINATION)
                .flatMap(DatagramFlows::address);
    }

    private static Optional<InetAddress> address(byte[] bytes) {
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException notAnAddress) {
            return Optional.empty();
        }
    }
}
