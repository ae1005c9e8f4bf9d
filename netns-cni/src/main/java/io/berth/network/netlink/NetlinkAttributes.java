package io.berth.network.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The attributes of a received message. Nothing is read before it is asked for: a link has fifty attributes, of which
 * we want one or two. Bytes that do not make a whole attribute end the reading: lengths beyond the message are not
 * trusted. Not changed by reading.
 */
public final class NetlinkAttributes {
    private static final int TYPE_MASK = 0x3fff;
    private static final int HEADER = NetlinkMessage.ATTRIBUTE_HEADER_LENGTH;

    private final ByteBuffer bytes;
    private final int start;
    private final int end;

    private NetlinkAttributes(ByteBuffer bytes, int start, int end) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
    }

    /** The attributes from {@code start} to the buffer's limit; the buffer is in the machine's byte order. */
    static NetlinkAttributes of(ByteBuffer bytes, int start) {
        return new NetlinkAttributes(bytes, Math.min(start, bytes.limit()), bytes.limit());
    }

    /** The attributes between two positions of a buffer in the machine's byte order. */
    static NetlinkAttributes of(ByteBuffer bytes, int start, int end) {
        return new NetlinkAttributes(bytes, start, Math.min(end, bytes.limit()));
    }

    public boolean has(int type) {
        return find(type) >= 0;
    }

    public OptionalInt integer(int type) {
        int at = find(type);
        return at < 0 || length(at) < 4 ? OptionalInt.empty() : OptionalInt.of(bytes.getInt(at + HEADER));
    }

    public Optional<String> string(int type) {
        return bytes(type).map(value -> {
            int length = 0;
            while (length < value.length && value[length] != 0) {
                length++;
            }
            return new String(value, 0, length, StandardCharsets.UTF_8);
        });
    }

    public Optional<byte[]> bytes(int type) {
        int at = find(type);
        if (at < 0) {
            return Optional.empty();
        }
        byte[] value = new byte[length(at)];
        bytes.get(at + HEADER, value);
        return Optional.of(value);
    }

    /** The attribute's payload in the machine's byte order. */
    public Optional<ByteBuffer> buffer(int type) {
        int at = find(type);
        return at < 0
                ? Optional.empty()
                : Optional.of(bytes.slice(at + HEADER, length(at)).order(ByteOrder.nativeOrder()));
    }

    /** The attributes inside an attribute; none when it is missing. */
    public NetlinkAttributes nested(int type) {
        int at = find(type);
        return at < 0
                ? new NetlinkAttributes(bytes, end, end)
                : new NetlinkAttributes(bytes, at + HEADER, at + HEADER + length(at));
    }

    static int align(int length) {
        return (length + 3) & ~3;
    }

    /** Where the first attribute of a type begins, or -1. */
    private int find(int type) {
        int at = start;
        while (end - at >= HEADER) {
            int length = Short.toUnsignedInt(bytes.getShort(at));
            if (length < HEADER || length > end - at) {
                return -1;
            }
            if ((bytes.getShort(at + 2) & TYPE_MASK) == type) {
                return at;
            }
            at += Math.min(align(length), end - at);
        }
        return -1;
    }

    private int length(int at) {
        return Short.toUnsignedInt(bytes.getShort(at)) - HEADER;
    }
}
