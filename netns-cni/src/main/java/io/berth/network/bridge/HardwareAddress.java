package io.berth.network.bridge;

import java.net.InetAddress;
import java.util.HexFormat;

/**
 * Hardware addresses made from IPv4 addresses, locally administered. An address that comes back to another pod keeps its
 * hardware address, so what neighbours remember stays true; and the bridge keeps its own whatever ports come and go.
 */
final class HardwareAddress {
    private static final byte FIRST = 0x0a;
    private static final byte SECOND = 0x58;

    private HardwareAddress() {}

    static byte[] of(InetAddress ipv4) {
        byte[] bytes = ipv4.getAddress();
        return new byte[] {FIRST, SECOND, bytes[0], bytes[1], bytes[2], bytes[3]};
    }

    static String text(byte[] hardwareAddress) {
        return HexFormat.ofDelimiter(":").formatHex(hardwareAddress);
    }
}
