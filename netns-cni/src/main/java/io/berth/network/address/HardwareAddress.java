package io.berth.network.address;

import java.net.InetAddress;
import java.util.HexFormat;

/**
 * A hardware address made from an IPv4 address, locally administered. An address that comes back to another pod keeps
 * its hardware address, so what neighbours remember stays true; and the bridge keeps its own whatever ports come and
 * go.
 */
public record HardwareAddress(InetAddress ipv4) {
    private static final byte FIRST = 0x0a;
    private static final byte SECOND = 0x58;

    /** The six bytes. */
    public byte[] bytes() {
        byte[] bytes = ipv4.getAddress();
        return new byte[] {FIRST, SECOND, bytes[0], bytes[1], bytes[2], bytes[3]};
    }

    /** Like {@code 0a:58:0a:58:00:02}. */
    @Override
    public String toString() {
        return HexFormat.ofDelimiter(":").formatHex(bytes());
    }
}
