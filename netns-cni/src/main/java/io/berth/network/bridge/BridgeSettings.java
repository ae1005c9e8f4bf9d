package io.berth.network.bridge;

import io.berth.network.BridgeNetworkConfig;
import io.berth.network.NetworkException;
import io.berth.network.address.AddressRange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A bridge network's configuration, checked.
 *
 * @param mtu bytes, or 0 for that of the uplink
 */
record BridgeSettings(
        String bridge, AddressRange ipv4, @Nullable AddressRange ipv6, int mtu, boolean masquerade) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,14}");
    private static final Set<String> RESERVED_NAMES = Set.of("all", "default", "lo");
    private static final int SMALLEST_MTU = 576;
    private static final int SMALLEST_IPV6_MTU = 1280;
    private static final int LARGEST_MTU = 65535;

    /**
     * Checks a configuration.
     *
     * @throws NetworkException naming the field, the value and the way out
     */
    static BridgeSettings of(BridgeNetworkConfig config) {
        String name = config.bridge();
        if (!NAME.matcher(name).matches() || RESERVED_NAMES.contains(name)) {
            throw invalid(
                    "bridge",
                    "\"" + name + "\" cannot name an interface: use a letter and up to 14 letters, digits, _ . or -");
        }
        String ipv6Range = config.ipv6Range();
        AddressRange ipv6 = ipv6Range == null ? null : AddressRange.parseIpv6(ipv6Range);
        int smallest = ipv6 == null ? SMALLEST_MTU : SMALLEST_IPV6_MTU;
        if (config.mtu() != 0 && (config.mtu() < smallest || config.mtu() > LARGEST_MTU)) {
            throw invalid(
                    "mtu",
                    config.mtu() + " is no usable size: use " + smallest + " to " + LARGEST_MTU
                            + ", or 0 for that of the uplink");
        }
        return new BridgeSettings(
                name, AddressRange.parseIpv4(config.ipv4Range()), ipv6, config.mtu(), config.masquerade());
    }

    /** The ranges, IPv4 first. */
    List<AddressRange> ranges() {
        List<AddressRange> ranges = new ArrayList<>(2);
        ranges.add(ipv4);
        if (ipv6 != null) {
            ranges.add(ipv6);
        }
        return ranges;
    }

    /** The bridge's own addresses, IPv4 first. */
    List<InetAddress> gateways() {
        return ranges().stream().map(AddressRange::gateway).toList();
    }

    private static NetworkException invalid(String field, String reason) {
        return new NetworkException(NetworkException.Kind.INVALID_ARGUMENT, "read configuration", field, reason);
    }
}
