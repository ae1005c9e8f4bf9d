package io.berth.imagefs.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request's stream. Its window is only opened as far as its reader keeps up. */
@SuppressWarnings("FutureReturnValueIgnored") // their listeners are told, or nobody needs to be
final class Http2Stream extends ChannelInboundHandlerAdapter implements Link {
    private final Exchange exchange;
    private volatile @Nullable ChannelHandlerContext context;

    Http2Stream(Exchange exchange) {
        this.exchange = exchange;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (message instanceof HttpObject part) {
            exchange.received(part);
        } else {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        exchange.readOn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof Http2ResetFrame reset) {
            exchange.fail(new IOException("the server reset the stream (HTTP/2 error " + reset.errorCode() + ")"));
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        exchange.fail(new IOException("the connection was closed"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        exchange.fail(Failures.of(cause));
        from.close();
    }

    @Override
    public void read() {
        ChannelHandlerContext own = context;
        if (own != null) {
            own.channel().read();
        }
    }

    @Override
    public void finished(boolean reusable) {
        // the stream ends by itself
    }

    @Override
    public void abandon() {
        ChannelHandlerContext own = context;
        if (own != null) {
            own.channel().close();
        }
    }

    @Override
    public void abandonAfter(Duration patience) {
        ChannelHandlerContext own = context;
        if (own != null) {
            own.channel().eventLoop().schedule(this::abandon, patience.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
