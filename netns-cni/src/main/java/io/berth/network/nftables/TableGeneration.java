package io.berth.network.nftables;

import io.berth.kernel.SocketCalls;
import io.berth.network.netlink.NetlinkMessage;
import io.berth.network.netlink.NetlinkRequest;
import io.berth.network.netlink.NetlinkSocket;
import java.nio.ByteOrder;

/**
 * The number that the kernel raises with every change of any nftables table: {@code NFT_MSG_GETGEN}. Asking costs a few
 * microseconds, so that each pod can find out whether somebody has changed the tables since.
 */
final class TableGeneration implements AutoCloseable {
    private static final int GET_GENERATION = (10 << 8) | 16;
    private static final int REQUEST = 1;
    private static final int HEADER_LENGTH = 4;
    private static final int ATTRIBUTE_ID = 1;

    private final NetlinkSocket socket;

    private TableGeneration(NetlinkSocket socket) {
        this.socket = socket;
    }

    static TableGeneration open(SocketCalls calls) {
        return new TableGeneration(NetlinkSocket.open(calls, SocketCalls.NETLINK_NETFILTER));
    }

    /** The number now. */
    int current() {
        NetlinkMessage message = new NetlinkMessage(GET_GENERATION, REQUEST).netfilterHeader(0);
        return socket.ask(new NetlinkRequest("read generation of", "nftables", message))
                .attributes(HEADER_LENGTH)
                .buffer(ATTRIBUTE_ID)
                .map(value -> value.order(ByteOrder.BIG_ENDIAN).getInt(0))
                .orElse(0);
    }

    @Override
    public void close() {
        socket.close();
    }
}
