package io.berth.network.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One netlink message while it is being written: {@code nlmsghdr}, a fixed header of the family, then attributes, each
 * padded to four bytes. All numbers are in the machine's byte order. Not safe for use by several threads.
 */
public final class NetlinkMessage {
    static final int HEADER_LENGTH = 16;
    static final int ATTRIBUTE_HEADER_LENGTH = 4;
    private static final int NESTED = 0x8000;
    private static final int LARGEST_ATTRIBUTE = 0xffff;

    private ByteBuffer buffer = ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());

    /**
     * Starts a message.
     *
     * @param type {@code RTM_*} or the like
     * @param flags {@code NLM_F_*}
     */
    public NetlinkMessage(int type, int flags) {
        buffer.putInt(0)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(0)
                .putInt(0);
    }

    /** Writes {@code struct ifinfomsg}; also as the head of a peer's description inside an attribute. */
    public NetlinkMessage linkHeader(int family, int index, int flags, int changeMask) {
        ensure(16)
                .put((byte) family)
                .put((byte) 0)
                .putShort((short) 0)
                .putInt(index)
                .putInt(flags)
                .putInt(changeMask);
        return this;
    }

    /** Writes {@code struct ifaddrmsg} with global scope. */
    public NetlinkMessage addressHeader(int family, int prefixLength, int index) {
        ensure(8)
                .put((byte) family)
                .put((byte) prefixLength)
                .put((byte) 0)
                .put((byte) 0)
                .putInt(index);
        return this;
    }

    /** Writes {@code struct rtmsg} for a unicast destination of {@code destinationLength} bits in the main table. */
    public NetlinkMessage routeHeader(int family, int destinationLength, int table, int protocol, int scope, int type) {
        ensure(12)
                .put((byte) family)
                .put((byte) destinationLength)
                .put((byte) 0)
                .put((byte) 0)
                .put((byte) table)
                .put((byte) protocol)
                .put((byte) scope)
                .put((byte) type)
                .putInt(0);
        return this;
    }

    /** Writes {@code struct nfgenmsg}, the head of all netfilter messages. */
    public NetlinkMessage netfilterHeader(int family) {
        ensure(4).put((byte) family).put((byte) 0).putShort((short) 0);
        return this;
    }

    public NetlinkMessage attribute(int type, int value) {
        return attributeHeader(type, 4).put(value);
    }

    public NetlinkMessage byteAttribute(int type, int value) {
        attributeHeader(type, 1);
        buffer.put((byte) value);
        return pad();
    }

    /** Writes bytes as they are, such as an address. */
    public NetlinkMessage attribute(int type, byte[] value) {
        attributeHeader(type, value.length);
        buffer.put(value);
        return pad();
    }

    /** Writes a string with its terminating zero. */
    public NetlinkMessage attribute(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        attributeHeader(type, text.length + 1);
        buffer.put(text).put((byte) 0);
        return pad();
    }

    /** Opens an attribute that holds others; returns the mark that {@link #endNested} wants. */
    public int beginNested(int type) {
        int start = buffer.position();
        attributeHeader(type | NESTED, 0);
        return start;
    }

    /** Writes a nested attribute as it was received. */
    public NetlinkMessage nestedAttribute(int type, byte[] content) {
        return attribute(type | NESTED, content);
    }

    /** Closes the attribute that {@link #beginNested} opened. */
    public NetlinkMessage endNested(int mark) {
        int length = buffer.position() - mark;
        if (length > LARGEST_ATTRIBUTE) {
            throw new IllegalStateException("netlink attribute of " + length + " bytes");
        }
        buffer.putShort(mark, (short) length);
        return this;
    }

    /** Returns the finished message with its length, the sequence number and {@code moreFlags} filled in. */
    byte[] finish(int sequence, int moreFlags) {
        buffer.putInt(0, buffer.position());
        buffer.putShort(6, (short) (buffer.getShort(6) | moreFlags));
        buffer.putInt(8, sequence);
        byte[] message = new byte[buffer.position()];
        buffer.get(0, message);
        return message;
    }

    private NetlinkMessage put(int value) {
        buffer.putInt(value);
        return this;
    }

    private NetlinkMessage attributeHeader(int type, int payloadLength) {
        if (payloadLength > LARGEST_ATTRIBUTE - ATTRIBUTE_HEADER_LENGTH) {
            throw new IllegalArgumentException("netlink attribute of " + payloadLength + " bytes");
        }
        ensure(ATTRIBUTE_HEADER_LENGTH + payloadLength + 3)
                .putShort((short) (ATTRIBUTE_HEADER_LENGTH + payloadLength))
                .putShort((short) type);
        return this;
    }

    private NetlinkMessage pad() {
        while (buffer.position() % 4 != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    private ByteBuffer ensure(int more) {
        if (buffer.remaining() < more) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + more))
                    .order(ByteOrder.nativeOrder());
            larger.put(buffer.flip());
            buffer = larger;
        }
        return buffer;
    }
}
