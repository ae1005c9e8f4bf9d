package io.berth.imagefs.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection of HTTP/1.1: one request after the other. Its fields belong to its event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // their listeners are told, or nobody needs to be
final class Http1Connection extends ChannelInboundHandlerAdapter implements Connection, Link {
    private final Channel channel;
    private final Consumer<Connection> free;
    private @Nullable Exchange current;
    private long exchanges;

    /**
     * Wraps a channel.
     *
     * @param free told when it can take the next request
     */
    Http1Connection(Channel channel, Consumer<Connection> free) {
        this.channel = channel;
        this.free = free;
    }

    @Override
    public void begin(HttpCall call, Route route, Exchange exchange) {
        channel.eventLoop().execute(() -> {
            current = exchange;
            exchanges++;
            exchange.carriedBy(this);
            channel.writeAndFlush(call.message(route)).addListener(written -> {
                if (!written.isSuccess()) {
                    exchange.fail(Failures.of(written.cause()));
                }
            });
            channel.read();
        });
    }

    @Override
    public boolean isFree() {
        return channel.isActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Exchange receiver = current;
        if (receiver != null && message instanceof HttpObject part) {
            receiver.received(part);
        } else {
            ReferenceCountUtil.release(message);
            context.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        Exchange receiver = current;
        if (receiver != null) {
            receiver.readOn();
        } else {
            // Nothing should come, but the server's end is to be noticed.
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end(new IOException("the connection was closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(Failures.of(cause));
        context.close();
    }

    private void end(IOException cause) {
        Exchange receiver = current;
        if (receiver != null) {
            receiver.fail(cause);
        }
    }

    @Override
    public void read() {
        channel.read();
    }

    @Override
    public void finished(boolean reusable) {
        current = null;
        if (reusable && channel.isActive()) {
            free.accept(this);
        } else {
            channel.close();
        }
    }

    @Override
    public void abandon() {
        channel.close();
    }

    @Override
    public void abandonAfter(Duration patience) {
        channel.eventLoop().execute(() -> {
            long which = exchanges;
            channel.eventLoop()
                    .schedule(
                            () -> {
                                if (current != null && exchanges == which) {
                                    channel.close();
                                }
                            },
                            patience.toMillis(),
                            TimeUnit.MILLISECONDS);
        });
    }

    @Override
    public void close() {
        channel.close();
    }
}
