package io.berth.server.streaming;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.stream.Streams;
import io.berth.server.config.StreamingConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the streams of Exec, Attach and PortForward. It listens from the first request on, so that a daemon that is
 * never asked has neither its port nor its threads: {@code stream-io-N}, the event loops, and {@code stream-start-N},
 * which open what is to be coupled and end when there is nothing to open. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
public final class StreamingServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StreamingServer.class);

    private static final int EVENT_LOOPS = 2;
    private static final int WORKERS = 16;
    private static final int WORK_QUEUE = 4096;
    private static final int LINE_LIMIT = 4096;
    private static final int HEADER_LIMIT = 16 * 1024;
    private static final int BODY_LIMIT = 4096;

    private final StreamingConfig config;
    private final Tokens tokens = new Tokens(System::nanoTime);
    private final ThreadPoolExecutor workers;
    private final Services services;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private @Nullable EventLoopGroup loops;
    private @Nullable String base;
    private boolean closed;

    /** Neither listens nor runs a thread yet. */
    public StreamingServer(StreamingConfig config, Streams streams) {
        this.config = config;
        this.workers = new ThreadPoolExecutor(
                WORKERS,
                WORKERS,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WORK_QUEUE),
                Thread.ofPlatform().daemon().name("stream-start-", 1).factory());
        workers.allowCoreThreadTimeOut(true);
        this.services = new Services(streams, workers, config);
    }

    /**
     * Returns the URL at which a client finds this stream, once and within a minute.
     *
     * @throws BerthException RESOURCE_EXHAUSTED when too many wait, UNAVAILABLE when the address cannot be had
     */
    public String url(StreamRequest request) {
        return listening() + "/" + request.path() + "/" + tokens.issue(request);
    }

    private synchronized String listening() {
        if (base != null) {
            return base;
        }
        if (closed) {
            throw new BerthException(ErrorKind.UNAVAILABLE, "the daemon is stopping");
        }
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                EVENT_LOOPS, new DefaultThreadFactory("stream-io", true), EpollIoHandler.newFactory());
        var bound = new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        serve(channel);
                    }
                })
                .bind(config.address(), config.port())
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new BerthException(
                    ErrorKind.UNAVAILABLE,
                    "streams cannot be served on " + config.address() + " port " + config.port() + " (server.streaming"
                            + " in the configuration): " + bound.cause().getMessage(),
                    bound.cause());
        }
        loops = group;
        InetSocketAddress address = (InetSocketAddress) bound.channel().localAddress();
        String host = config.address().indexOf(':') < 0 ? config.address() : "[" + config.address() + "]";
        String made = "http://" + host + ":" + address.getPort();
        base = made;
        LOG.atInfo().addKeyValue("address", made).log("serving streams");
        return made;
    }

    private void serve(Channel channel) {
        if (clients.size() >= config.connections()) {
            LOG.warn("a client was turned away: {} are connected (server.streaming.connections)", clients.size());
            var _ = channel.close();
            return;
        }
        clients.add(channel);
        channel.pipeline()
                .addLast(Upgrades.HTTP_CODEC, new HttpServerCodec(LINE_LIMIT, HEADER_LIMIT, BODY_LIMIT))
                .addLast(Upgrades.HTTP_WHOLE, new HttpObjectAggregator(BODY_LIMIT, true))
                .addLast(Upgrades.HTTP_ENTRY, new HttpEntry(tokens, new Upgrades(services), config.creationTimeout()));
    }

    /** Closes all connections, and with them ends the execs behind them. */
    @Override
    public void close() {
        EventLoopGroup group;
        synchronized (this) {
            closed = true;
            base = null;
            group = loops;
            loops = null;
        }
        if (group != null) {
            clients.close().awaitUninterruptibly(2, TimeUnit.SECONDS);
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        }
        workers.shutdown();
    }
}
