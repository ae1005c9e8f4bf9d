/**
 * Netlink: messages, attributes and sockets, and the requests of rtnetlink that a bridge network needs. Numbers and
 * layouts are those of {@code linux/netlink.h}, {@code linux/rtnetlink.h}, {@code linux/if_link.h} and
 * {@code linux/if_addr.h}.
 */
@NullMarked
package io.berth.network.netlink;

import org.jspecify.annotations.NullMarked;
