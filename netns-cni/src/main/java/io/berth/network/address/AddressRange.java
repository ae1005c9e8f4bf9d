package io.berth.network.address;

import io.berth.network.NetworkException;
import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A prefix from which pods get their addresses. Its first address (after the network's own) is the gateway; of IPv4 the
 * last one is the broadcast address.
 */
public final class AddressRange {
    /** Addresses of a range that are ever given out: enough for any node, and small enough to count in a bitmap. */
    private static final int LARGEST_SIZE = 1 << 16;

    private final byte[] network;
    private final int prefixLength;

    private AddressRange(byte[] network, int prefixLength) {
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /** Reads {@code 10.88.0.0/16}; prefixes from /16 to /30. */
    public static AddressRange parseIpv4(String text) {
        return parse("ipv4_range", text, 4, 16, 30);
    }

    /** Reads {@code fd00:88::/64}; prefixes from /48 to /126. */
    public static AddressRange parseIpv6(String text) {
        return parse("ipv6_range", text, 16, 48, 126);
    }

    private static AddressRange parse(String field, String text, int bytes, int shortest, int longest) {
        int slash = text.indexOf('/');
        byte[] address = slash < 0 ? null : literal(text.substring(0, slash));
        String example = bytes == 4 ? "10.88.0.0/16" : "fd00:88::/64";
        if (address == null || address.length != bytes) {
            throw invalid(field, "\"" + text + "\" is not a range: write it like " + example);
        }
        int prefixLength;
        try {
            prefixLength = Integer.parseInt(text.substring(slash + 1));
        } catch (NumberFormatException notANumber) {
            throw invalid(field, "\"" + text + "\" has no prefix length: write it like " + example);
        }
        if (prefixLength < shortest || prefixLength > longest) {
            throw invalid(
                    field,
                    text + " is too " + (prefixLength < shortest ? "large" : "small") + ": use /" + shortest + " to /"
                            + longest);
        }
        byte[] network = masked(address, prefixLength);
        InetAddress start = toAddress(network);
        if (!Arrays.equals(network, address)) {
            throw invalid(
                    field,
                    text + " does not start at a network address: did you mean " + start.getHostAddress() + "/"
                            + prefixLength + "?");
        }
        if (start.isMulticastAddress() || start.isLoopbackAddress() || start.isLinkLocalAddress() || network[0] == 0) {
            throw invalid(field, text + " is reserved: take a private range like " + example);
        }
        return new AddressRange(network, prefixLength);
    }

    public int prefixLength() {
        return prefixLength;
    }

    public boolean isIpv4() {
        return network.length == 4;
    }

    /** The bridge's own address, which pods send to. */
    public InetAddress gateway() {
        return address(0);
    }

    /** How many addresses {@link #address} knows, the gateway among them. */
    public int size() {
        int hostBits = network.length * 8 - prefixLength;
        int all = hostBits >= 16 ? LARGEST_SIZE : 1 << hostBits;
        return all - (isIpv4() ? 2 : 1);
    }

    /** The address at {@code offset}; 0 is the gateway's. */
    public InetAddress address(int offset) {
        if (offset < 0 || offset >= size()) {
            throw new IllegalArgumentException("offset " + offset + " of " + this);
        }
        byte[] address = network.clone();
        int host = offset + 1;
        for (int i = address.length - 1; host != 0; i--) {
            address[i] |= (byte) host;
            host >>>= 8;
        }
        return toAddress(address);
    }

    /** The offset of an address, or -1 when it is none that this range gives out. */
    public int offset(InetAddress address) {
        if (!contains(address)) {
            return -1;
        }
        BigInteger host = new BigInteger(1, address.getAddress()).subtract(new BigInteger(1, network));
        return host.signum() > 0 && host.bitLength() <= 17 && host.intValueExact() <= size()
                ? host.intValueExact() - 1
                : -1;
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == network.length && Arrays.equals(masked(bytes, prefixLength), network);
    }

    /** Whether any address is both in this range and in the other. */
    public boolean overlaps(InetAddress otherNetwork, int otherPrefixLength) {
        byte[] other = otherNetwork.getAddress();
        int common = Math.min(prefixLength, otherPrefixLength);
        return other.length == network.length && Arrays.equals(masked(other, common), masked(network, common));
    }

    /** The range in CIDR notation. */
    @Override
    public String toString() {
        return toAddress(network).getHostAddress() + "/" + prefixLength;
    }

    /** The bytes of an address in numbers, or null; never asks a name server. */
    private static byte @Nullable [] literal(String text) {
        try {
            return text.indexOf(':') >= 0
                    ? Inet6Address.ofLiteral(text).getAddress()
                    : Inet4Address.ofLiteral(text).getAddress();
        } catch (IllegalArgumentException notAnAddress) {
            return null;
        }
    }

    private static byte[] masked(byte[] address, int prefixLength) {
        byte[] masked = address.clone();
        for (int bit = prefixLength; bit < masked.length * 8; bit++) {
            masked[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        return masked;
    }

    private static InetAddress toAddress(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException("address of " + bytes.length + " bytes", impossible);
        }
    }

    private static NetworkException invalid(String field, String reason) {
        return new NetworkException(NetworkException.Kind.INVALID_ARGUMENT, "read configuration", field, reason);
    }
}
