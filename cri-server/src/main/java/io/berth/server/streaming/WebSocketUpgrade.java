package io.berth.server.streaming;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a connection a WebSocket that carries a command's channels, a port's, or SPDY with ports in it. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class WebSocketUpgrade {
    private static final String TUNNEL = Upgrades.SPDY + "+" + Upgrades.FORWARD_PROTOCOL;

    /** Messages are gathered up to this size; clients send some 32 KiB. */
    private static final int MESSAGE_LIMIT = 1024 * 1024;

    /** Channels are named by one byte, and in texts by one character. */
    private static final int PORTS_LIMIT = 64;

    private final Services services;

    WebSocketUpgrade(Services services) {
        this.services = services;
    }

    void upgrade(ChannelHandlerContext context, FullHttpRequest request, StreamRequest stream) {
        if (!HttpMethod.GET.equals(request.method())) {
            HttpEntry.refuse(context, HttpResponseStatus.METHOD_NOT_ALLOWED, "a WebSocket is opened by GET");
            return;
        }
        List<String> offered = Upgrades.listed(request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL));
        if (stream instanceof StreamRequest.Forward(String sandboxId, List<Integer> ports)) {
            if (offered.contains(TUNNEL)) {
                tunnel(context, request, sandboxId);
            } else {
                forward(context, request, offered, sandboxId, ports);
            }
        } else {
            command(context, request, offered, stream);
        }
    }

    private void command(
            ChannelHandlerContext context, FullHttpRequest request, List<String> offered, StreamRequest stream) {
        WebSocketProtocol protocol = WebSocketProtocol.forCommand(offered);
        if (protocol == null) {
            unknown(context, offered);
        } else if (handshake(context, request, protocol.name())) {
            Channel channel = context.channel();
            WebSocketCommand handler = new WebSocketCommand(
                    channel, protocol, Upgrades.streams(stream), services, Upgrades.opening(stream));
            channels(context, protocol).addLast(handler);
            handler.start();
        }
    }

    private void forward(
            ChannelHandlerContext context,
            FullHttpRequest request,
            List<String> offered,
            String sandboxId,
            List<Integer> ports) {
        WebSocketProtocol protocol = WebSocketProtocol.forForward(offered);
        if (protocol == null) {
            unknown(context, offered);
            return;
        }
        List<Integer> wanted = ports.isEmpty() ? queried(request.uri()) : ports;
        if (wanted.isEmpty() || wanted.size() > PORTS_LIMIT || wanted.contains(0)) {
            HttpEntry.refuse(
                    context,
                    HttpResponseStatus.BAD_REQUEST,
                    "1 to " + PORTS_LIMIT + " ports are to be named, in the request or as ?port=");
        } else if (handshake(context, request, protocol.name())) {
            WebSocketForward handler = new WebSocketForward(context.channel(), services, sandboxId, wanted);
            channels(context, protocol).addLast(handler);
            handler.start();
        }
    }

    private void tunnel(ChannelHandlerContext context, FullHttpRequest request, String sandboxId) {
        if (handshake(context, request, TUNNEL)) {
            ChannelPipeline pipeline = context.pipeline();
            addIdle(pipeline);
            pipeline.addLast(new WebSocketTunnel());
            Upgrades.addSpdy(pipeline).addLast(new SpdyForward(services, sandboxId));
            Upgrades.leaveHttp(pipeline);
        }
    }

    private ChannelPipeline channels(ChannelHandlerContext context, WebSocketProtocol protocol) {
        ChannelPipeline pipeline = context.pipeline();
        addIdle(pipeline);
        pipeline.addLast(new WebSocketFrameAggregator(MESSAGE_LIMIT)).addLast(new WebSocketChannels(protocol.isText()));
        Upgrades.leaveHttp(pipeline);
        return pipeline;
    }

    private void addIdle(ChannelPipeline pipeline) {
        new Upgrades(services).addIdle(pipeline);
    }

    private static void unknown(ChannelHandlerContext context, List<String> offered) {
        HttpEntry.refuse(context, HttpResponseStatus.FORBIDDEN, "none of the protocols " + offered + " is spoken here");
    }

    /** Whether the client's handshake was right; if not, it has been told. */
    private static boolean handshake(ChannelHandlerContext context, FullHttpRequest request, String protocol) {
        @Nullable String subprotocol = protocol.isEmpty() ? null : protocol;
        WebSocketServerHandshakerFactory factory = new WebSocketServerHandshakerFactory(
                "ws://localhost" + request.uri(), subprotocol, false, MESSAGE_LIMIT);
        try {
            WebSocketServerHandshaker handshaker = factory.newHandshaker(request);
            if (handshaker == null) {
                HttpEntry.refuse(context, HttpResponseStatus.UPGRADE_REQUIRED, "WebSocket version 13 is served");
                return false;
            }
            handshaker.handshake(context.channel(), request);
            return true;
        } catch (WebSocketHandshakeException wrong) {
            HttpEntry.refuse(context, HttpResponseStatus.BAD_REQUEST, String.valueOf(wrong.getMessage()));
            return false;
        }
    }

    /** The ports of {@code ?port=80&port=81,82}; 0 for one that is none. */
    private static List<Integer> queried(String uri) {
        List<Integer> ports = new ArrayList<>();
        List<String> values = new QueryStringDecoder(uri).parameters().getOrDefault("port", List.of());
        for (String value : values) {
            for (String port : value.split(",", -1)) {
                ports.add(SpdyForward.port(port));
            }
        }
        return ports;
    }
}
