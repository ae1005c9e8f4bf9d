package io.berth.core.nri.wire;

import io.berth.proto.ttrpc.Request;

/** What a connection tells. On the I/O thread, mostly: nothing here may wait. */
public interface ConnectionListener {
    /** The plugin asks for something: answered with {@link PluginConnection#reply} and this stream. */
    void requested(PluginConnection connection, int stream, Request request);

    /** The connection is over; told once. */
    void ended(PluginConnection connection, String reason);
}
