package io.berth.network.netlink;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A link as the kernel describes it.
 *
 * @param master index of the bridge that it is in, or 0
 * @param peerIndex index of the link that it hangs on (a veth's other end, in that end's namespace), or 0
 * @param kind {@code bridge}, {@code veth}, …; empty for hardware
 * @param statistics the counters of {@code struct rtnl_link_stats64}, or all zero
 */
public record LinkState(
        int index, String name, boolean up, int mtu, int master, int peerIndex, String kind, Statistics statistics) {
    private static final int HEADER_LENGTH = 16;

    /** Counters from the view of the machine that has the link. */
    public record Statistics(
            long receivedPackets,
            long transmittedPackets,
            long receivedBytes,
            long transmittedBytes,
            long receiveErrors,
            long transmitErrors,
            long receiveDropped,
            long transmitDropped) {
        private static final Statistics NONE = new Statistics(0, 0, 0, 0, 0, 0, 0, 0);
        private static final int FIELDS = 8;

        private static Statistics of(ByteBuffer fields) {
            if (fields.remaining() < FIELDS * Long.BYTES) {
                return NONE;
            }
            return new Statistics(
                    fields.getLong(0),
                    fields.getLong(8),
                    fields.getLong(16),
                    fields.getLong(24),
                    fields.getLong(32),
                    fields.getLong(40),
                    fields.getLong(48),
                    fields.getLong(56));
        }
    }

    /** Reads an answer to {@link LinkRequests#get} or a row of {@link LinkRequests#list}; empty for other messages. */
    public static Optional<LinkState> of(NetlinkAnswer answer) {
        if (answer.type() != LinkRequests.NEW_LINK || answer.payload().limit() < HEADER_LENGTH) {
            return Optional.empty();
        }
        NetlinkAttributes attributes = answer.attributes(HEADER_LENGTH);
        return Optional.of(new LinkState(
                answer.payload().getInt(4),
                attributes.string(LinkRequests.NAME).orElse(""),
                (answer.payload().getInt(8) & Flags.LINK_UP) != 0,
                attributes.integer(LinkRequests.MTU).orElse(0),
                attributes.integer(LinkRequests.MASTER).orElse(0),
                attributes.integer(LinkRequests.LINK).orElse(0),
                attributes
                        .nested(LinkRequests.LINK_INFO)
                        .string(LinkRequests.INFO_KIND)
                        .orElse(""),
                attributes
                        .buffer(LinkRequests.STATISTICS_64)
                        .map(Statistics::of)
                        .orElse(Statistics.NONE)));
    }

    /** Reads only the other end's index from the answer to {@link LinkRequests#getPeer}; 0 when it says none. */
    public static int readPeerIndex(NetlinkReply reply) {
        for (NetlinkAnswer answer : reply.answers()) {
            if (answer.type() == LinkRequests.NEW_LINK) {
                return answer.attributes(HEADER_LENGTH)
                        .integer(LinkRequests.LINK)
                        .orElse(0);
            }
        }
        return 0;
    }

    /** Reads the answer to {@link LinkRequests#get}; empty when the kernel knows no such link. */
    public static Optional<LinkState> of(NetlinkReply reply) {
        return reply.answers().stream().flatMap(answer -> of(answer).stream()).findFirst();
    }
}
