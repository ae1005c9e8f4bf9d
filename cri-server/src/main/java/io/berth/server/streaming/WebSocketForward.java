package io.berth.server.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The older port-forward over WebSocket: one connection to each port, known beforehand, with two channels each, for
 * data and for errors. Each channel begins with its port, two bytes, the lower one first. A client cannot end one
 * direction.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class WebSocketForward extends SimpleChannelInboundHandler<WebSocketChannels.Message> {
    private final Services services;
    private final String sandboxId;
    private final Channel channel;
    private final List<Port> ports = new ArrayList<>();
    private final Set<ForwardedConnection> holdingBack = new HashSet<>();
    private int open;

    WebSocketForward(Channel channel, Services services, String sandboxId, List<Integer> numbers) {
        this.channel = channel;
        this.services = services;
        this.sandboxId = sandboxId;
        numbers.forEach(number -> ports.add(new Port(2 * ports.size(), number)));
        open = ports.size();
    }

    /** Begins, once the client has been told that the connection is a WebSocket. */
    void start() {
        for (Port port : ports) {
            write(port.first, Unpooled.buffer(2).writeShortLE(port.number));
            write(port.first + 1, Unpooled.buffer(2).writeShortLE(port.number));
            port.connection.start(services, sandboxId, port.number);
        }
        channel.flush();
    }

    private void write(int number, ByteBuf data) {
        channel.write(new WebSocketChannels.Message(number, data), channel.voidPromise());
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketChannels.Message message) {
        int index = message.channel() / 2;
        if (message.channel() % 2 == 0 && index >= 0 && index < ports.size()) {
            ports.get(index).connection.send(message.data());
        } else {
            message.data().release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ports.forEach(port -> port.connection.close());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        ports.forEach(port -> port.connection.acceptOutput(channel.isWritable()));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    private final class Port implements ForwardedConnection.Peer {
        private final int first;
        private final int number;
        private final ForwardedConnection connection = new ForwardedConnection(channel.eventLoop(), this);
        private boolean over;

        Port(int first, int number) {
            this.first = first;
            this.number = number;
        }

        @Override
        public void received(ByteBuf data) {
            write(first, data);
        }

        @Override
        public void flush() {
            channel.flush();
        }

        @Override
        public void ended() {
            if (!over) {
                over = true;
                connection.close();
                acceptInput(connection, true);
                open--;
                if (open == 0) {
                    channel.write(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE), channel.voidPromise());
                    Finish.gracefully(channel);
                }
            }
        }

        @Override
        public void failed(String message) {
            String text = "error forwarding port " + number + " to pod " + sandboxId + ": " + message;
            write(first + 1, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
            channel.flush();
            ended();
        }

        @Override
        public void acceptInput(ForwardedConnection from, boolean accepts) {
            if (accepts) {
                holdingBack.remove(from);
            } else {
                holdingBack.add(from);
            }
            channel.config().setAutoRead(holdingBack.isEmpty());
        }
    }
}
