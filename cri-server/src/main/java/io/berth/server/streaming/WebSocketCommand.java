package io.berth.server.streaming;

import io.berth.core.stream.ProcessStreams;
import io.berth.core.stream.StandardStreams;
import io.berth.core.stream.Streams;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exec and attach over WebSocket. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class WebSocketCommand extends SimpleChannelInboundHandler<WebSocketChannels.Message> implements CommandClient {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketCommand.class);

    private static final int INPUT = 0;
    private static final int OUTPUT = 1;
    private static final int ERROR_OUTPUT = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;

    /** Version 5: its message's one byte is the channel that has ended. */
    private static final int END = 255;

    private final WebSocketProtocol protocol;
    private final StandardStreams streams;
    private final CommandSession session;
    private final TerminalSizes sizes = new TerminalSizes();
    private final Channel channel;
    private boolean finishing;

    WebSocketCommand(
            Channel channel,
            WebSocketProtocol protocol,
            StandardStreams streams,
            Services services,
            Function<Streams, ProcessStreams> opening) {
        this.channel = channel;
        this.protocol = protocol;
        this.streams = streams;
        this.session = new CommandSession(services, this, opening);
    }

    /** Begins, once the client has been told that the connection is a WebSocket. */
    void start() {
        // Kubernetes' server does the same: clients take it for the sign that the streams are open.
        int first = streams.output() ? OUTPUT : streams.error() ? ERROR_OUTPUT : ERROR;
        channel.writeAndFlush(new WebSocketChannels.Message(first, Unpooled.EMPTY_BUFFER));
        session.start();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketChannels.Message message) {
        ByteBuf data = message.data();
        if (finishing) {
            data.release();
            return;
        }
        switch (message.channel()) {
            case INPUT -> {
                if (streams.input()) {
                    session.input(data);
                } else {
                    data.release();
                }
            }
            case RESIZE -> {
                sizes.read(data, session::resize);
                data.release();
            }
            case END -> {
                if (protocol.endsChannels() && data.isReadable() && data.readUnsignedByte() == INPUT) {
                    session.inputClosed();
                }
                data.release();
            }
            default -> data.release();
        }
    }

    @Override
    public Channel channel() {
        return channel;
    }

    @Override
    public void output(boolean error, ByteBuf data) {
        if (error ? streams.error() : streams.output()) {
            channel.write(new WebSocketChannels.Message(error ? ERROR_OUTPUT : OUTPUT, data), channel.voidPromise());
        } else {
            data.release();
        }
    }

    @Override
    public void ended(CommandStatus status) {
        String text = protocol.statusIsJson() ? status.json() : status.text();
        if (!text.isEmpty()) {
            channel.write(
                    new WebSocketChannels.Message(ERROR, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8)),
                    channel.voidPromise());
        }
        finishing = true;
        channel.write(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE), channel.voidPromise());
        Finish.gracefully(channel);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!finishing) {
            session.clientWritabilityChanged();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        session.clientGone();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof IdleStateEvent) {
            LOG.info("a stream's connection was idle for too long and is closed");
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a client's connection failed", cause);
        context.close();
    }
}
