package io.berth.server.streaming;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP request of a connection: finds what its token stands for and hands the connection to the protocol that
 * the client asked for. Everything else is answered and closed.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class HttpEntry extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEntry.class);

    private final Tokens tokens;
    private final Upgrades upgrades;
    private final Duration patience;
    private @Nullable Future<?> deadline;

    /**
     * For one connection.
     *
     * @param patience from the connection's begin to its whole request
     */
    HttpEntry(Tokens tokens, Upgrades upgrades, Duration patience) {
        this.tokens = tokens;
        this.upgrades = upgrades;
        this.patience = patience;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline = context.executor()
                .schedule(
                        () -> refuse(context, HttpResponseStatus.REQUEST_TIMEOUT, "no request came in time"),
                        patience.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        Future<?> running = deadline;
        if (running != null) {
            running.cancel(false);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "this is no HTTP request that could be read");
            return;
        }
        String[] parts = path(request.uri()).split("/", -1);
        boolean known = parts.length == 3 && parts[0].isEmpty() && Upgrades.PATHS.contains(parts[1]);
        if (!known) {
            refuse(context, HttpResponseStatus.NOT_FOUND, "nothing is served here");
            return;
        }
        if (!HttpMethod.GET.equals(request.method()) && !HttpMethod.POST.equals(request.method())) {
            refuse(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "streams are opened by GET or POST");
            return;
        }
        HttpHeaders headers = request.headers();
        boolean asksForUpgrade = headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
        boolean webSocket = asksForUpgrade && headers.contains(HttpHeaderNames.UPGRADE, "websocket", true);
        boolean spdy = asksForUpgrade && headers.contains(HttpHeaderNames.UPGRADE, Upgrades.SPDY, true);
        if (!webSocket && !spdy) {
            refuse(
                    context,
                    HttpResponseStatus.BAD_REQUEST,
                    "a stream needs an upgrade of the connection, to " + Upgrades.SPDY + " or websocket");
            return;
        }
        StreamRequest stream = tokens.take(parts[1], parts[2]);
        if (stream == null) {
            refuse(
                    context,
                    HttpResponseStatus.NOT_FOUND,
                    "no such token: each works once, and for " + Tokens.LIFE.toSeconds() + " seconds");
        } else if (webSocket) {
            upgrades.webSocket(context, request, stream);
        } else {
            upgrades.spdy(context, request, stream);
        }
    }

    private static String path(String uri) {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** Answers with an error and closes the connection. */
    static void refuse(ChannelHandlerContext context, HttpResponseStatus status, String reason) {
        refuse(context, response(status, reason));
    }

    /** An error as Kubernetes' clients read it, {@code metav1.Status}: of a plain text they may show nothing. */
    static FullHttpResponse response(HttpResponseStatus status, String reason) {
        String quoted = new String(JsonStringEncoder.getInstance().quoteAsString(reason));
        String body = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\",\"message\":\""
                + quoted + "\",\"code\":" + status.code() + "}\n";
        FullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(body, StandardCharsets.UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET, POST");
        }
        return response;
    }

    static void refuse(ChannelHandlerContext context, FullHttpResponse response) {
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("a client's request failed", cause);
        context.close();
    }
}
