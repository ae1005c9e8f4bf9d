package io.berth.network.netlink;

import io.berth.network.address.HardwareAddress;

/**
 * A pair of virtual links to be made.
 *
 * @param name the end in the socket's own namespace
 * @param bridgeIndex the bridge that it is put into
 * @param peerName the other end
 * @param peerNamespace number of a descriptor of this process on the network namespace of the other end
 * @param mtu bytes, of both
 */
public record VethPair(
        String name,
        int bridgeIndex,
        String peerName,
        HardwareAddress peerHardwareAddress,
        int peerNamespace,
        int mtu) {}
