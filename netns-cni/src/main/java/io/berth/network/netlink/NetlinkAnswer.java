package io.berth.network.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A message that the kernel sent back, without its {@code nlmsghdr}.
 *
 * @param type {@code RTM_*} or the like
 * @param payload the family's fixed header and the attributes, in the machine's byte order
 */
public record NetlinkAnswer(int type, ByteBuffer payload) {

    /** The attributes behind a fixed header of {@code headerLength} bytes. */
    public NetlinkAttributes attributes(int headerLength) {
        int skip = Math.min(NetlinkAttributes.align(headerLength), payload.limit());
        return NetlinkAttributes.parse(
                payload.slice(skip, payload.limit() - skip).order(ByteOrder.nativeOrder()));
    }
}
