package io.berth.network.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The attributes of a received message, by type. Where a type comes twice the last one counts, as in the kernel. Bytes
 * that do not make a whole attribute end the reading: the kernel pads, and we do not trust lengths beyond the message.
 */
public final class NetlinkAttributes {
    private static final int TYPE_MASK = 0x3fff;

    private final Map<Integer, ByteBuffer> byType;

    private NetlinkAttributes(Map<Integer, ByteBuffer> byType) {
        this.byType = byType;
    }

    /** Reads what remains in {@code source}, without moving it. */
    static NetlinkAttributes parse(ByteBuffer source) {
        Map<Integer, ByteBuffer> byType = new HashMap<>();
        int position = source.position();
        int end = source.limit();
        while (end - position >= NetlinkMessage.ATTRIBUTE_HEADER_LENGTH) {
            int length = Short.toUnsignedInt(source.getShort(position));
            int type = Short.toUnsignedInt(source.getShort(position + 2)) & TYPE_MASK;
            if (length < NetlinkMessage.ATTRIBUTE_HEADER_LENGTH || length > end - position) {
                break;
            }
            byType.put(
                    type,
                    source.slice(
                                    position + NetlinkMessage.ATTRIBUTE_HEADER_LENGTH,
                                    length - NetlinkMessage.ATTRIBUTE_HEADER_LENGTH)
                            .order(ByteOrder.nativeOrder()));
            position += Math.min(align(length), end - position);
        }
        return new NetlinkAttributes(byType);
    }

    public boolean has(int type) {
        return byType.containsKey(type);
    }

    public OptionalInt integer(int type) {
        ByteBuffer value = byType.get(type);
        return value == null || value.remaining() < 4 ? OptionalInt.empty() : OptionalInt.of(value.getInt(0));
    }

    public Optional<String> string(int type) {
        return bytes(type).map(bytes -> {
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            return new String(bytes, 0, length, StandardCharsets.UTF_8);
        });
    }

    public Optional<byte[]> bytes(int type) {
        ByteBuffer value = byType.get(type);
        if (value == null) {
            return Optional.empty();
        }
        byte[] bytes = new byte[value.remaining()];
        value.get(0, bytes);
        return Optional.of(bytes);
    }

    /** The attribute's payload in the machine's byte order. */
    public Optional<ByteBuffer> buffer(int type) {
        return Optional.ofNullable(byType.get(type)).map(value -> value.slice().order(ByteOrder.nativeOrder()));
    }

    /** The attributes inside an attribute; none when it is missing. */
    public NetlinkAttributes nested(int type) {
        ByteBuffer value = byType.get(type);
        return value == null ? new NetlinkAttributes(Map.of()) : parse(value);
    }

    static int align(int length) {
        return (length + 3) & ~3;
    }
}
