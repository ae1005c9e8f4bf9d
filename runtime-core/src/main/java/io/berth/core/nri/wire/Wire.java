package io.berth.core.nri.wire;

import java.nio.ByteBuffer;

/** The numbers of the two protocols, and what a message looks like on the trunk. */
final class Wire {
    /** Connection, length. */
    static final int TRUNK_HEADER = 8;

    /** Length, stream, type, flags. */
    static final int MESSAGE_HEADER = 10;

    /** The longest message, in bytes without its header. */
    static final int MESSAGE_LIMIT = 4 * 1024 * 1024;

    /** The multiplexed connection on which the plugin serves. */
    static final int PLUGIN_SERVICE = 1;

    /** The multiplexed connection on which the runtime serves. */
    static final int RUNTIME_SERVICE = 2;

    static final byte REQUEST = 1;
    static final byte RESPONSE = 2;

    /**
     * How much of a message goes into its first frame. A reader of the reference implementation takes a frame into a
     * buffer of this size, but the rest of a longer message, when that is one frame, into one of its own; and it gives
     * up when some hundred frames wait. So a message is one frame of at most this, or two.
     */
    private static final int FIRST_FRAME = 4096;

    private Wire() {}

    /** The bytes of one message. */
    static ByteBuffer message(int connection, int stream, byte type, byte[] payload) {
        int size = MESSAGE_HEADER + payload.length;
        int first = Math.min(size, FIRST_FRAME);
        int rest = size - first;
        ByteBuffer bytes = ByteBuffer.allocate(TRUNK_HEADER + first + (rest == 0 ? 0 : TRUNK_HEADER + rest));
        bytes.putInt(connection).putInt(first);
        bytes.putInt(payload.length).putInt(stream).put(type).put((byte) 0);
        bytes.put(payload, 0, first - MESSAGE_HEADER);
        if (rest > 0) {
            bytes.putInt(connection).putInt(rest);
            bytes.put(payload, payload.length - rest, rest);
        }
        return bytes.flip();
    }
}
