package io.berth.server.streaming;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Lets nobody ask for more bytes while the channel is not to be read. Netty's SPDY codec asks whenever it believes that
 * it has handed nothing on, and it always does: without this a client could not be held back.
 */
final class ReadGate extends ChannelOutboundHandlerAdapter {
    @Override
    public void read(ChannelHandlerContext context) {
        if (context.channel().config().isAutoRead()) {
            context.read();
        }
    }
}
