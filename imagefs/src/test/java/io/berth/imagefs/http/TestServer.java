package io.berth.imagefs.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A server of HTTP/1.1, and of HTTP/2 over TLS, that remembers its connections. */
@SuppressWarnings("FutureReturnValueIgnored") // what goes wrong fails the test by itself
final class TestServer implements AutoCloseable {
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(
            2, new DefaultThreadFactory("test-server", true), NioIoHandler.newFactory());
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Channel> connections = new CopyOnWriteArrayList<>();
    private final @Nullable SslContext tls;
    private final Channel listening;

    /** Starts it: without TLS it speaks HTTP/1.1. */
    TestServer(@Nullable SslContext tls, Function<FullHttpRequest, byte[]> content) throws InterruptedException {
        this.tls = tls;
        this.listening = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        if (tls == null) {
                            http1(channel, content);
                        } else {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Negotiation(content));
                        }
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    private final class Negotiation extends ApplicationProtocolNegotiationHandler {
        private final Function<FullHttpRequest, byte[]> content;

        Negotiation(Function<FullHttpRequest, byte[]> content) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.content = content;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            if (!protocol.equals(ApplicationProtocolNames.HTTP_2)) {
                http1(context.channel(), content);
                return;
            }
            context.pipeline()
                    .addLast(
                            Http2FrameCodecBuilder.forServer().build(),
                            new Http2MultiplexHandler(new ChannelInitializer<Channel>() {
                                @Override
                                protected void initChannel(Channel stream) {
                                    stream.pipeline()
                                            .addLast(
                                                    new Http2StreamFrameToHttpObjectCodec(true),
                                                    new HttpObjectAggregator(1 << 20),
                                                    new Answering("h2", content));
                                }
                            }));
        }
    }

    private void http1(Channel channel, Function<FullHttpRequest, byte[]> content) {
        channel.pipeline()
                .addLast(new HttpServerCodec(), new HttpObjectAggregator(1 << 20), new Answering("http/1.1", content));
    }

    private final class Answering extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final String protocol;
        private final Function<FullHttpRequest, byte[]> content;

        Answering(String protocol, Function<FullHttpRequest, byte[]> content) {
            this.protocol = protocol;
            this.content = content;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            requests.add(protocol + " " + request.uri());
            byte[] body = content.apply(request);
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK,
                    context.alloc().buffer(Math.max(1, body.length)).writeBytes(body));
            response.headers().set("Content-Length", body.length);
            var _ = context.writeAndFlush(response);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listening.localAddress();
    }

    URI uri(String path) {
        return URI.create(
                (tls == null ? "http" : "https") + "://127.0.0.1:" + address().getPort() + path);
    }

    /** Protocol and target of each. */
    List<String> requests() {
        return requests;
    }

    int connections() {
        return connections.size();
    }

    long openConnections() {
        return connections.stream().filter(Channel::isActive).count();
    }

    /** Closes what clients keep. */
    void closeConnections() throws InterruptedException {
        for (Channel connection : connections) {
            connection.close().sync();
        }
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS).awaitUninterruptibly(2000);
    }
}
