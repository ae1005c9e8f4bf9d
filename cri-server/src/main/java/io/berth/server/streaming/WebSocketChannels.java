package io.berth.server.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.base64.Base64;
import io.netty.handler.codec.base64.Base64Dialect;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Kubernetes' channels over WebSocket: each message is for one channel, which its first byte names, or, where messages
 * are texts, its first character, and the rest is base64. Reads and writes {@link Message}s, answers pings and closes.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class WebSocketChannels extends ChannelDuplexHandler {
    private final boolean isText;

    WebSocketChannels(boolean isText) {
        this.isText = isText;
    }

    /**
     * Bytes for one channel; whoever has the message owns the buffer.
     *
     * @param channel 0 to 255
     */
    record Message(int channel, ByteBuf data) {}

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        switch (message) {
            case PingWebSocketFrame ping -> context.writeAndFlush(new PongWebSocketFrame(ping.content()));
            case CloseWebSocketFrame close -> {
                close.release();
                context.close();
            }
            case BinaryWebSocketFrame frame when !isText -> read(context, frame);
            case TextWebSocketFrame frame when isText -> read(context, frame);
            case WebSocketFrame other -> other.release();
            default -> context.fireChannelRead(message);
        }
    }

    private void read(ChannelHandlerContext context, WebSocketFrame frame) {
        ByteBuf content = frame.content();
        if (!content.isReadable()) {
            frame.release();
            return;
        }
        int channel = content.readUnsignedByte();
        if (!isText) {
            context.fireChannelRead(new Message(channel, content));
            return;
        }
        try {
            ByteBuf decoded =
                    content.isReadable() ? Base64.decode(content, Base64Dialect.STANDARD) : Unpooled.EMPTY_BUFFER;
            context.fireChannelRead(new Message(channel - '0', decoded));
        } finally {
            frame.release();
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof Message(int channel, ByteBuf data))) {
            context.write(message, promise);
            return;
        }
        ByteBuf first = context.alloc().buffer(1);
        if (isText) {
            ByteBuf encoded = Base64.encode(data, false, Base64Dialect.STANDARD);
            ReferenceCountUtil.release(data);
            context.write(
                    new TextWebSocketFrame(Unpooled.wrappedBuffer(first.writeByte('0' + channel), encoded)), promise);
        } else {
            context.write(new BinaryWebSocketFrame(Unpooled.wrappedBuffer(first.writeByte(channel), data)), promise);
        }
    }
}
