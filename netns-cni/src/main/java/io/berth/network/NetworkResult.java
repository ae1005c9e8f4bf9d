package io.berth.network;

import java.net.InetAddress;
import java.util.List;

/**
 * How a pod is connected.
 *
 * @param addresses the pod's addresses, the primary one (IPv4) first
 * @param gateways the default gateways, in the order of the addresses' families
 * @param interfaceName the interface inside the pod
 * @param hardwareAddress the interface's MAC address, like {@code 0a:58:0a:58:00:02}
 * @param hostInterfaceName the other end of the pair, on the host
 */
public record NetworkResult(
        List<InetAddress> addresses,
        List<InetAddress> gateways,
        String interfaceName,
        String hardwareAddress,
        String hostInterfaceName) {

    public NetworkResult {
        addresses = List.copyOf(addresses);
        gateways = List.copyOf(gateways);
    }
}
