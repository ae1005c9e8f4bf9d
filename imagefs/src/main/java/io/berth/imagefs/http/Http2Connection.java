package io.berth.imagefs.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A connection of HTTP/2: a few requests at a time. No more, as all of them share one congestion window: what many
 * layers want goes faster over several connections. At the end of the connection's pipeline.
 */
@SuppressWarnings("FutureReturnValueIgnored") // their listeners are told, or nobody needs to be
final class Http2Connection extends ChannelInboundHandlerAdapter implements Connection {
    private static final int MOST_STREAMS = 2;

    private final Channel channel;
    private final Consumer<Connection> free;
    private final AtomicInteger streams = new AtomicInteger();
    private volatile boolean goingAway;

    /**
     * Wraps a channel.
     *
     * @param free told when it can take another request
     */
    Http2Connection(Channel channel, Consumer<Connection> free) {
        this.channel = channel;
        this.free = free;
    }

    @Override
    public void begin(HttpCall call, Route route, Exchange exchange) {
        streams.incrementAndGet();
        Http2Stream handler = new Http2Stream(exchange);
        new Http2StreamChannelBootstrap(channel)
                .option(ChannelOption.AUTO_READ, false)
                .handler(handler)
                .open()
                .addListener(opened -> {
                    if (!opened.isSuccess()) {
                        streams.decrementAndGet();
                        exchange.fail(Failures.of(opened.cause()));
                        return;
                    }
                    Http2StreamChannel stream = (Http2StreamChannel) opened.getNow();
                    stream.pipeline()
                            .addBefore(
                                    stream.pipeline().context(handler).name(),
                                    null,
                                    new Http2StreamFrameToHttpObjectCodec(false));
                    stream.closeFuture().addListener(_ -> ended());
                    exchange.carriedBy(handler);
                    stream.writeAndFlush(call.message(route)).addListener(written -> {
                        if (!written.isSuccess()) {
                            exchange.fail(Failures.of(written.cause()));
                        }
                    });
                    stream.read();
                });
    }

    private void ended() {
        streams.decrementAndGet();
        if (goingAway && streams.get() == 0) {
            channel.close();
        } else if (isFree()) {
            free.accept(this);
        }
    }

    @Override
    public boolean isFree() {
        return channel.isActive() && !goingAway && streams.get() < MOST_STREAMS;
    }

    /** Whether it carries nothing. */
    boolean isIdle() {
        return streams.get() == 0;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2GoAwayFrame) {
            goingAway = true;
            if (streams.get() == 0) {
                context.close();
            }
        }
        ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // its streams are told by their ends
        context.close();
    }

    @Override
    public void close() {
        channel.close();
    }
}
