package io.berth.server.streaming;

import io.berth.core.stream.ProcessStreams;
import io.berth.core.stream.StandardStreams;
import io.berth.core.stream.Streams;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** From an HTTP request to a connection of frames: negotiates the protocol and changes the handlers. */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class Upgrades {
    static final String SPDY = "SPDY/3.1";
    static final Set<String> PATHS = Set.of("exec", "attach", "portforward");
    static final String FORWARD_PROTOCOL = "portforward.k8s.io";

    /** Names of the handlers that serve the HTTP request and leave with it. */
    static final String HTTP_CODEC = "http-codec";

    static final String HTTP_WHOLE = "http-whole";
    static final String HTTP_ENTRY = "http-entry";

    private static final String PROTOCOL_HEADER = "X-Stream-Protocol-Version";
    private static final String ACCEPTED_HEADER = "X-Accepted-Stream-Protocol-Versions";
    private static final int CHUNK = 32 * 1024;
    private static final int HEADERS_LIMIT = 16 * 1024;

    private final Services services;

    Upgrades(Services services) {
        this.services = services;
    }

    // ---------------------------------------------------------------- SPDY

    void spdy(ChannelHandlerContext context, FullHttpRequest request, StreamRequest stream) {
        List<String> offered = listed(request.headers().getAll(PROTOCOL_HEADER));
        String chosen;
        ChannelHandler handler;
        if (stream instanceof StreamRequest.Forward(String sandboxId, List<Integer> _)) {
            chosen = offered.isEmpty() ? "" : offered.contains(FORWARD_PROTOCOL) ? FORWARD_PROTOCOL : null;
            handler = new SpdyForward(services, sandboxId);
        } else {
            CommandProtocol protocol = CommandProtocol.choose(offered);
            chosen = protocol == null ? null : protocol.name();
            handler = protocol == null ? null : new SpdyCommand(protocol, streams(stream), services, opening(stream));
        }
        if (chosen == null || handler == null) {
            FullHttpResponse refusal = HttpEntry.response(
                    HttpResponseStatus.FORBIDDEN, "none of the protocols " + offered + " is spoken here");
            accepted(stream).forEach(name -> refusal.headers().add(ACCEPTED_HEADER, name));
            HttpEntry.refuse(context, refusal);
            return;
        }
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
                .set(HttpHeaderNames.UPGRADE, SPDY);
        if (!chosen.isEmpty()) {
            response.headers().set(PROTOCOL_HEADER, chosen);
        }
        context.writeAndFlush(response);
        ChannelPipeline pipeline = context.pipeline();
        addIdle(pipeline);
        addSpdy(pipeline).addLast(handler);
        leaveHttp(pipeline);
        // Last, because it hands on what has come behind the request.
        pipeline.remove(HTTP_CODEC);
    }

    static ChannelPipeline addSpdy(ChannelPipeline pipeline) {
        return pipeline.addLast(new ReadGate())
                .addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1, CHUNK, HEADERS_LIMIT, 6, 15, 8));
    }

    private static List<String> accepted(StreamRequest stream) {
        return stream instanceof StreamRequest.Forward
                ? List.of(FORWARD_PROTOCOL)
                : CommandProtocol.ALL.stream().map(CommandProtocol::name).toList();
    }

    // ---------------------------------------------------------------- WebSocket

    void webSocket(ChannelHandlerContext context, FullHttpRequest request, StreamRequest stream) {
        new WebSocketUpgrade(services).upgrade(context, request, stream);
    }

    // ---------------------------------------------------------------- for both

    /** Header values, each of which may be a list. */
    static List<String> listed(List<String> values) {
        List<String> names = new ArrayList<>();
        for (String value : values) {
            for (String name : value.split(",", -1)) {
                if (!name.isBlank()) {
                    names.add(name.strip());
                }
            }
        }
        return names;
    }

    static StandardStreams streams(StreamRequest stream) {
        return switch (stream) {
            case StreamRequest.Exec exec -> exec.streams();
            case StreamRequest.Attach attach -> attach.streams();
            case StreamRequest.Forward _ -> throw new IllegalStateException("a forward has no standard streams");
        };
    }

    static Function<Streams, ProcessStreams> opening(StreamRequest stream) {
        return switch (stream) {
            case StreamRequest.Exec exec -> streams -> streams.exec(exec.containerId(), exec.command(), exec.streams());
            case StreamRequest.Attach attach -> streams -> streams.attach(attach.containerId(), attach.streams());
            case StreamRequest.Forward _ -> throw new IllegalStateException("a forward has no process");
        };
    }

    void addIdle(ChannelPipeline pipeline) {
        long milliseconds = services.config().idleTimeout().toMillis();
        pipeline.addLast(new IdleStateHandler(0, 0, milliseconds, TimeUnit.MILLISECONDS));
    }

    static void leaveHttp(ChannelPipeline pipeline) {
        for (String name : List.of(HTTP_WHOLE, HTTP_ENTRY)) {
            removeIfThere(pipeline, name);
        }
    }

    private static void removeIfThere(ChannelPipeline pipeline, String name) {
        @Nullable ChannelHandler handler = pipeline.get(name);
        if (handler != null) {
            pipeline.remove(handler);
        }
    }
}
