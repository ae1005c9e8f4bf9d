package io.berth.network.nftables;

import io.berth.network.NetworkException;
import io.berth.network.PortMapping;
import io.berth.network.Protocol;
import io.berth.network.lease.Lease;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A port of the host in one address family that leads to a pod.
 *
 * @param address the host's address that it is on, or null for all of the family
 */
public record HostPort(
        Protocol protocol, boolean ipv6, @Nullable InetAddress address, int port, int containerPort) {

    /**
     * Resolves what pods ask for into ports of the families that the network has.
     *
     * @throws NetworkException when a host address is none, or of a kind that cannot be served
     */
    public static List<HostPort> of(List<PortMapping> mappings, boolean networkHasIpv6) {
        List<HostPort> ports = new ArrayList<>();
        for (PortMapping mapping : mappings) {
            if (!mapping.isPublished()) {
                continue;
            }
            switch (mapping.hostIp()) {
                case "" -> {
                    ports.add(of(mapping, false, null));
                    if (networkHasIpv6) {
                        ports.add(of(mapping, true, null));
                    }
                }
                case "0.0.0.0" -> ports.add(of(mapping, false, null));
                default -> ports.add(onAddress(mapping, networkHasIpv6));
            }
        }
        return ports;
    }

    /** The ports of a lease, which were resolved once when it was made. */
    static List<HostPort> of(Lease lease) {
        return of(lease.ports(), lease.ipv6() != null);
    }

    /** Whether both cannot be published at once. */
    public boolean conflictsWith(HostPort other) {
        return protocol == other.protocol
                && ipv6 == other.ipv6
                && port == other.port
                && (address == null || other.address == null || address.equals(other.address));
    }

    /** Whether the host's own processes can reach it by the loopback address. */
    public boolean onIpv4Loopback() {
        return !ipv6 && (address == null || address.isLoopbackAddress());
    }

    /** For people: {@code tcp port 8080 of 192.0.2.1}. */
    @Override
    public String toString() {
        String where =
                address == null ? (ipv6 ? "all IPv6 addresses" : "all IPv4 addresses") : address.getHostAddress();
        return protocol.lowerCaseName() + " port " + port + " of " + where;
    }

    private static HostPort onAddress(PortMapping mapping, boolean networkHasIpv6) {
        if (mapping.hostIp().indexOf('%') >= 0) {
            throw invalid(mapping, "an address with a zone cannot be published: leave out what follows the %");
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(mapping.hostIp());
        } catch (IllegalArgumentException notAnAddress) {
            throw invalid(mapping, "\"" + mapping.hostIp() + "\" is not an IP address");
        }
        boolean ipv6 = address.getAddress().length == 16;
        if (ipv6 && !networkHasIpv6) {
            throw invalid(mapping, "the pod network has no IPv6: configure an IPv6 range, or leave host_ip empty");
        }
        if (ipv6 && address.isLoopbackAddress()) {
            throw invalid(mapping, "the kernel does not forward from the IPv6 loopback address: use 127.0.0.1");
        }
        if (address.isMulticastAddress()) {
            throw invalid(mapping, "a multicast address cannot be published");
        }
        return of(mapping, ipv6, address.isAnyLocalAddress() ? null : address);
    }

    private static HostPort of(PortMapping mapping, boolean ipv6, @Nullable InetAddress address) {
        return new HostPort(mapping.protocol(), ipv6, address, mapping.hostPort(), mapping.containerPort());
    }

    private static NetworkException invalid(PortMapping mapping, String reason) {
        return new NetworkException(
                NetworkException.Kind.INVALID_ARGUMENT,
                "publish host port",
                String.valueOf(mapping.hostPort()),
                "host_ip " + mapping.hostIp() + ": " + reason);
    }
}
