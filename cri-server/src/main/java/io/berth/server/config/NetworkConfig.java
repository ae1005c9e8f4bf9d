package io.berth.server.config;

import org.jspecify.annotations.Nullable;

/**
 * The built-in bridge network.
 *
 * @param ipv6Range null: no IPv6
 * @param mtu bytes; 0: as the interface of the default route
 */
public record NetworkConfig(
        String bridge, String ipv4Range, @Nullable String ipv6Range, int mtu, boolean masquerade) {
    static NetworkConfig read(Section section) {
        String bridge = section.text("bridge", "berth0", """
                The bridge that pods are attached to; made when missing. At most 15 characters.""", Check.INTERFACE_NAME);
        String ipv4Range = section.text("ipv4_range", "10.88.0.0/16", """
                The pods' IPv4 addresses, /16 to /30. The first one is the bridge's.""", Check.ipv4Range(16, 30));
        String ipv6Range = section.text("ipv6_range", "", """
                The pods' IPv6 addresses, /48 to /126. Empty: none.""", Check.ipv6RangeOrEmpty(48, 126));
        return new NetworkConfig(
                bridge,
                ipv4Range,
                ipv6Range.isEmpty() ? null : ipv6Range,
                section.integer("mtu", 0, 0, 65_535, """
                        Bytes of the pods' interfaces. 0: as the interface that the default route leaves by."""),
                section.flag("masquerade", true, """
                        Give traffic that leaves the range the machine's own address."""));
    }
}
