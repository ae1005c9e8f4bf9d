package io.berth.server.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** The client of an exec or attach, whatever protocol it speaks. Used on its channel's event loop only. */
interface CommandClient {
    Channel channel();

    /** Sends what the process wrote; takes the buffer. */
    void output(boolean error, ByteBuf data);

    /** Sends the end and closes the connection, once all before it has been sent. */
    void ended(CommandStatus status);
}
