package io.berth.imagefs.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2ConnectionPrefaceAndSettingsFrameWrittenEvent;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.proxy.HttpProxyHandler;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes one connection: looks the host up, tries its addresses in turn, agrees on TLS and the protocol. One thread. */
@SuppressWarnings("FutureReturnValueIgnored") // their listeners are told, or nobody needs to be
final class Connector {
    /** Read at a time. What waits in the kernel's buffer is taken with few calls, and hashed while the cache has it. */
    private static final int PIECE = 256 << 10;

    private static final int LONGEST_LINE = 16 << 10;
    private static final int LONGEST_HEAD = 64 << 10;
    private static final int STREAM_WINDOW = 1 << 20;
    private static final int CONNECTION_WINDOW = 4 << 20;

    private final EventLoops.Use loops;
    private final Route route;
    private final @Nullable SslContext tls;
    private final Consumer<Connection> free;

    /**
     * Prepares.
     *
     * @param tls null for plain connections
     * @param free told whenever the connection can take a request after its first one
     */
    Connector(EventLoops.Use loops, Route route, @Nullable SslContext tls, Consumer<Connection> free) {
        this.loops = loops;
        this.route = route;
        this.tls = tls;
        this.free = free;
    }

    Connection connect(Duration patience) throws IOException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        InetSocketAddress hop = route.nextHop();
        ConnectException last = null;
        for (InetAddress address : addresses(hop.getHostString(), route.proxy())) {
            try {
                return connect(new InetSocketAddress(address, hop.getPort()), end, patience);
            } catch (ConnectException e) {
                last = e;
            }
        }
        throw last == null ? new ConnectException("it has no address") : last;
    }

    private static InetAddress[] addresses(String host, @Nullable Proxy proxy) throws ConnectException {
        try {
            return InetAddress.getAllByName(host);
        } catch (UnknownHostException e) {
            ConnectException unknown = new ConnectException(
                    proxy == null ? "there is no host of that name" : proxy + " has a name that no host has");
            unknown.initCause(e);
            throw unknown;
        }
    }

    private Connection connect(InetSocketAddress address, long end, Duration patience)
            throws IOException, InterruptedException {
        long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
        Promise<Connection> ready = loops.group().next().newPromise();
        ChannelFuture connecting = new Bootstrap()
                .group(loops.group())
                .channel(loops.channelType())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOCATOR, loops.memory())
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(PIECE).maxMessagesPerRead(1))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(left, Integer.MAX_VALUE))
                .disableResolver()
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        loops.add(channel);
                        prepare(channel, address, left, ready);
                    }
                })
                .connect(
                        route.isTunnelled()
                                ? InetSocketAddress.createUnresolved(route.plainHost(), route.port())
                                : address);
        connecting.addListener(connected -> {
            if (!connected.isSuccess()) {
                ready.tryFailure(connected.cause());
            } else if (tls == null) {
                ready.trySuccess(http1(connecting.channel()));
            }
        });
        try {
            if (!ready.await(left)) {
                connecting.channel().close();
                throw new SocketTimeoutException("no connection within " + patience.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            connecting.channel().close();
            throw e;
        }
        if (!ready.isSuccess()) {
            connecting.channel().close();
            throw Failures.of(ready.cause());
        }
        return ready.getNow();
    }

    private void prepare(SocketChannel channel, InetSocketAddress address, long patience, Promise<Connection> ready) {
        ChannelPipeline pipeline = channel.pipeline();
        Proxy proxy = route.proxy();
        if (proxy != null && route.isTunnelled()) {
            HttpHeaders headers = new DefaultHttpHeaders();
            if (!proxy.credentials().isEmpty()) {
                headers.set(HttpHeaderNames.PROXY_AUTHORIZATION, proxy.credentials());
            }
            HttpProxyHandler tunnel = new HttpProxyHandler(address, headers);
            tunnel.setConnectTimeoutMillis(patience);
            pipeline.addLast(tunnel);
        }
        if (tls == null) {
            return;
        }
        SslHandler handler = tls.newHandler(channel.alloc(), route.plainHost(), route.port());
        handler.setHandshakeTimeoutMillis(patience);
        pipeline.addLast(handler, new Negotiation(ready));
    }

    /** Goes on as the server wants it. */
    private final class Negotiation extends ApplicationProtocolNegotiationHandler {
        private final Promise<Connection> ready;

        private Negotiation(Promise<Connection> ready) {
            super(ApplicationProtocolNames.HTTP_1_1);
            this.ready = ready;
        }

        @Override
        protected void configurePipeline(ChannelHandlerContext context, String protocol) {
            ready.trySuccess(
                    protocol.equals(ApplicationProtocolNames.HTTP_2)
                            ? http2(context.channel())
                            : http1(context.channel()));
        }

        @Override
        protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
            ready.tryFailure(cause);
            context.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            ready.tryFailure(cause);
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            ready.tryFailure(new IOException("the connection was closed"));
            super.channelInactive(context);
        }
    }

    private Connection http1(Channel channel) {
        HttpDecoderConfig limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LONGEST_HEAD)
                .setMaxChunkSize(PIECE);
        Http1Connection connection = new Http1Connection(channel, free);
        channel.pipeline().addLast(new HttpClientCodec(limits, false, false), connection);
        return connection;
    }

    private Connection http2(Channel channel) {
        Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
                .initialSettings(Http2Settings.defaultSettings()
                        .pushEnabled(false)
                        .maxHeaderListSize(LONGEST_HEAD)
                        .initialWindowSize(STREAM_WINDOW)
                        .maxFrameSize(PIECE))
                .build();
        Http2Connection connection = new Http2Connection(channel, free);
        channel.pipeline().addLast(codec, new WiderWindow(codec), new Http2MultiplexHandler(new Unasked()), connection);
        channel.config().setAutoRead(true);
        return connection;
    }

    /** The window of the whole connection, which no setting widens. */
    private static final class WiderWindow extends ChannelInboundHandlerAdapter {
        private final Http2FrameCodec codec;

        private WiderWindow(Http2FrameCodec codec) {
            this.codec = codec;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Http2Exception {
            if (event instanceof Http2ConnectionPrefaceAndSettingsFrameWrittenEvent) {
                codec.connection()
                        .local()
                        .flowController()
                        .incrementWindowSize(codec.connection().connectionStream(), CONNECTION_WINDOW);
                context.flush();
            }
            context.fireUserEventTriggered(event);
        }
    }

    /** What servers push, which they have been told not to. */
    private static final class Unasked extends ChannelInboundHandlerAdapter {
        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.close();
        }
    }
}
