package io.berth.network;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the built-in bridge network is told. Nothing is checked here: the ranges and names are when the network is
 * opened.
 *
 * @param bridge the bridge's interface name, at most 15 characters; several daemons on one machine need different ones
 * @param ipv4Range the pods' addresses in CIDR notation, /16 to /30; the first address is the gateway
 * @param ipv6Range the pods' IPv6 addresses, /48 to /126, or null for none
 * @param leaseDirectory where leases are kept; on a file system that a reboot empties, as it does the namespaces
 * @param mtu bytes; 0 takes that of the interface that the default route leaves by
 * @param masquerade whether traffic that leaves the range gets the host's address
 */
public record BridgeNetworkConfig(
        String bridge, String ipv4Range, @Nullable String ipv6Range, Path leaseDirectory, int mtu, boolean masquerade) {

    public static final String DEFAULT_BRIDGE = "berth0";
    public static final String DEFAULT_IPV4_RANGE = "10.88.0.0/16";

    /** IPv4 only, masqueraded, with the uplink's MTU. */
    public BridgeNetworkConfig(String bridge, String ipv4Range, Path leaseDirectory) {
        this(bridge, ipv4Range, null, leaseDirectory, 0, true);
    }
}
