package io.berth.network.netlink;

/**
 * A message to the kernel, with words for the error that may come back.
 *
 * @param operation what it does, like {@code create veth}
 * @param subject what it does it to, like a link's name
 */
public record NetlinkRequest(String operation, String subject, NetlinkMessage message) {}
