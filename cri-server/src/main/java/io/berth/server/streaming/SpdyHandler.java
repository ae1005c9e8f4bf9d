package io.berth.server.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A SPDY/3.1 connection as Kubernetes' clients speak it: streams with headers that say what they are for, bytes, and
 * ends of either side. No window of SPDY's own is kept, for those clients send no updates of it: the connection's TCP
 * window holds back whoever is too fast.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
abstract class SpdyHandler extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(SpdyHandler.class);

    /** Streams that a client may have opened and not ended. */
    private static final int STREAMS_LIMIT = 2048;

    /** Streams by number, with whether the client has ended its side. */
    private final Map<Integer, Boolean> streams = new HashMap<>();

    /** Those of which we have ended our side. */
    private final Set<Integer> finished = new HashSet<>();

    private int lastStream;
    private boolean finishing;
    private @Nullable ChannelHandlerContext context;

    /** A stream was opened and accepted. False refuses it after all. */
    abstract boolean opened(int stream, Map<String, String> headers);

    /** Bytes of the client's; the buffer is this method's. */
    abstract void received(int stream, ByteBuf data);

    /** The client has ended its side of a stream. */
    abstract void inputEnded(int stream);

    /** The client wants nothing more of a stream. */
    abstract void reset(int stream);

    /** The connection is gone. */
    abstract void gone();

    /** The connection takes more again, or takes no more. */
    abstract void writabilityChanged();

    final Channel connection() {
        return required().channel();
    }

    final ChannelHandlerContext required() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("this handler is on no connection");
        }
        return known;
    }

    /** Sends bytes; takes the buffer. */
    final void send(int stream, ByteBuf data) {
        if (!streams.containsKey(stream) || finished.contains(stream)) {
            data.release();
            return;
        }
        required().write(new DefaultSpdyDataFrame(stream, data), required().voidPromise());
    }

    /** Ends our side of a stream. */
    final void finish(int stream) {
        if (streams.containsKey(stream) && finished.add(stream)) {
            DefaultSpdyDataFrame last = new DefaultSpdyDataFrame(stream, Unpooled.EMPTY_BUFFER);
            last.setLast(true);
            required().write(last, required().voidPromise());
            forgetWhenOver(stream);
        }
    }

    /** Breaks a stream off. */
    final void refuse(int stream, SpdyStreamStatus status) {
        streams.remove(stream);
        finished.remove(stream);
        required().writeAndFlush(new DefaultSpdyRstStreamFrame(stream, status));
    }

    /** Sends what is written and ends the connection. */
    final void finishConnection() {
        if (!finishing) {
            finishing = true;
            Finish.gracefully(connection());
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public final void channelRead(ChannelHandlerContext reading, Object message) {
        try {
            if (!finishing) {
                handle(message);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void handle(Object message) {
        switch (message) {
            case SpdySynStreamFrame frame -> open(frame);
            case SpdyDataFrame frame -> receive(frame);
            case SpdyRstStreamFrame frame -> {
                if (streams.remove(frame.streamId()) != null) {
                    finished.remove(frame.streamId());
                    reset(frame.streamId());
                }
            }
            // The same back, when it is one of the client's.
            case SpdyPingFrame frame -> {
                if (frame.id() % 2 != 0) {
                    required().writeAndFlush(frame);
                }
            }
            // Settings, windows, more headers: nothing that would change what we do.
            default -> LOG.trace("passed over: {}", message);
        }
    }

    private void open(SpdySynStreamFrame frame) {
        int stream = frame.streamId();
        if (frame.isInvalid() || frame.isTruncated() || stream % 2 == 0 || stream <= lastStream) {
            refuse(stream, SpdyStreamStatus.PROTOCOL_ERROR);
            return;
        }
        lastStream = stream;
        if (streams.size() >= STREAMS_LIMIT) {
            refuse(stream, SpdyStreamStatus.REFUSED_STREAM);
            return;
        }
        Map<String, String> headers = new HashMap<>();
        frame.headers()
                .forEach(header -> headers.putIfAbsent(
                        header.getKey().toString().toLowerCase(java.util.Locale.ROOT),
                        header.getValue().toString()));
        streams.put(stream, false);
        DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(stream);
        // Without any header Netty leaves the block of headers out, and Go's clients wait for one.
        reply.headers().set("server", "berth");
        required().writeAndFlush(reply);
        if (!opened(stream, headers)) {
            refuse(stream, SpdyStreamStatus.PROTOCOL_ERROR);
        } else if (frame.isLast()) {
            endInput(stream);
        }
    }

    private void receive(SpdyDataFrame frame) {
        int stream = frame.streamId();
        Boolean ended = streams.get(stream);
        if (ended == null || ended) {
            // Of a stream that we have broken off, or that the client had ended: on its way already, or a mistake.
            return;
        }
        if (frame.content().isReadable()) {
            received(stream, frame.content().retain());
        }
        if (frame.isLast()) {
            endInput(stream);
        }
    }

    private void endInput(int stream) {
        streams.replace(stream, true);
        inputEnded(stream);
        forgetWhenOver(stream);
    }

    private void forgetWhenOver(int stream) {
        if (Boolean.TRUE.equals(streams.get(stream)) && finished.contains(stream)) {
            streams.remove(stream);
            finished.remove(stream);
        }
    }

    @Override
    public final void channelInactive(ChannelHandlerContext closed) {
        gone();
        closed.fireChannelInactive();
    }

    @Override
    public final void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (!finishing) {
            writabilityChanged();
        }
        changed.fireChannelWritabilityChanged();
    }

    @Override
    public final void userEventTriggered(ChannelHandlerContext told, Object event) {
        if (event instanceof IdleStateEvent) {
            LOG.info("a stream's connection was idle for too long and is closed");
            told.close();
        }
    }

    @Override
    public final void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        if (!(cause instanceof IOException)) {
            LOG.debug("a client's connection failed", cause);
        }
        failed.close();
    }
}
