package io.berth.network.netlink;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** An address that a link has. */
public record LinkAddress(int linkIndex, InetAddress address, int prefixLength) {
    private static final int HEADER_LENGTH = 8;

    /** Reads a row of {@link AddressRequests#list}; empty for other messages. */
    public static Optional<LinkAddress> of(NetlinkAnswer answer) {
        if (answer.type() != AddressRequests.NEW_ADDRESS || answer.payload().limit() < HEADER_LENGTH) {
            return Optional.empty();
        }
        NetlinkAttributes attributes = answer.attributes(HEADER_LENGTH);
        return attributes
                .bytes(AddressRequests.LOCAL)
                .or(() -> attributes.bytes(AddressRequests.ADDRESS))
                .flatMap(LinkAddress::toAddress)
                .map(address -> new LinkAddress(
                        answer.payload().getInt(4),
                        address,
                        Byte.toUnsignedInt(answer.payload().get(1))));
    }

    static Optional<InetAddress> toAddress(byte[] bytes) {
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException notAnAddress) {
            return Optional.empty();
        }
    }
}
