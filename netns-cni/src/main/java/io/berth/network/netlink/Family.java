package io.berth.network.netlink;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Address families, by the kernel's numbers. */
final class Family {
    static final int UNSPECIFIED = 0;
    static final int IPV4 = 2;
    static final int BRIDGE = 7;
    static final int IPV6 = 10;

    private Family() {}

    static int of(InetAddress address) {
        return address instanceof Inet4Address ? IPV4 : IPV6;
    }
}
