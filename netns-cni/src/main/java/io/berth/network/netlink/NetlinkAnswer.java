package io.berth.network.netlink;

import java.nio.ByteBuffer;

/**
 * A message that the kernel sent back, without its {@code nlmsghdr}.
 *
 * @param type {@code RTM_*} or the like
 * @param payload the family's fixed header and the attributes, in the machine's byte order
 */
public record NetlinkAnswer(int type, ByteBuffer payload) {

    /** The attributes behind a fixed header of {@code headerLength} bytes. */
    public NetlinkAttributes attributes(int headerLength) {
        return NetlinkAttributes.of(payload, NetlinkAttributes.align(headerLength));
    }
}
