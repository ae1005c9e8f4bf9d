package io.berth.network.lease;

import io.berth.network.PortMapping;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sandbox holds of a bridge network; enough to undo its attachment without knowing anything else.
 *
 * @param ipv4 the pod's address, which also names the lease
 * @param ipv6 its IPv6 address, or null
 * @param hostInterface the link on the host
 * @param ports what it publishes; no entry with host port 0
 */
public record Lease(
        String sandboxId, InetAddress ipv4, @Nullable InetAddress ipv6, String hostInterface, List<PortMapping> ports) {

    public Lease {
        ports = List.copyOf(ports);
    }

    /** The addresses, IPv4 first. */
    public List<InetAddress> addresses() {
        List<InetAddress> addresses = new ArrayList<>(2);
        addresses.add(ipv4);
        if (ipv6 != null) {
            addresses.add(ipv6);
        }
        return addresses;
    }

    /** The same with these host ports. */
    public Lease withPorts(List<PortMapping> published) {
        return new Lease(sandboxId, ipv4, ipv6, hostInterface, published);
    }
}
