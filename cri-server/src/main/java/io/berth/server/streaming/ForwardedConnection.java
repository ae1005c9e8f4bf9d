package io.berth.server.streaming;

import io.berth.kernel.Descriptor;
import io.berth.server.error.StatusMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection to a port of a pod, for one stream of a client. All on the client's event loop. Each side may end
 * its half of it first.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class ForwardedConnection {
    /** What may wait for the pod before the client, with all that it forwards, is held back. */
    private static final WriteBufferWaterMark WAITING = new WriteBufferWaterMark(128 * 1024, 256 * 1024);

    /** What may come before the connection stands. */
    private static final int EARLY_LIMIT = 256 * 1024;

    /** The client's side of it. */
    interface Peer {
        /** The pod sent this; the buffer is the peer's. */
        void received(ByteBuf data);

        /** What was received is all for now. */
        void flush();

        /** The pod sends no more, and takes more only as long as it has not closed the connection. */
        void ended();

        /** It could not be made, or broke. */
        void failed(String message);

        /** The pod takes no more for now, or takes more again. */
        void acceptInput(ForwardedConnection connection, boolean accepts);
    }

    private final EventLoop loop;
    private final Peer peer;
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private int earlyBytes;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean closed;
    private @Nullable Channel pod;

    ForwardedConnection(EventLoop loop, Peer peer) {
        this.loop = loop;
        this.peer = peer;
    }

    /** Begins to connect. */
    void start(Services services, String sandboxId, int port) {
        try {
            services.workers().execute(() -> {
                try {
                    Descriptor socket = services.streams().connect(sandboxId, port);
                    loop.execute(() -> couple(socket));
                } catch (RuntimeException | Error failure) {
                    String message = StatusMapper.toStatus(failure).getStatus().getDescription();
                    loop.execute(() -> fail(String.valueOf(message)));
                }
            });
        } catch (RejectedExecutionException full) {
            fail("too many streams are being opened; try again");
        }
    }

    private void couple(Descriptor socket) {
        EpollSocketChannel channel = new EpollSocketChannel(socket.release());
        channel.config().setAllowHalfClosure(true).setTcpNoDelay(true).setWriteBufferWaterMark(WAITING);
        channel.pipeline().addLast(new PodHandler());
        pod = channel;
        loop.register(channel);
        if (closed) {
            channel.close();
            return;
        }
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            channel.write(data, channel.voidPromise());
        }
        channel.flush();
        if (inputEnded) {
            endPodInput(channel);
        }
    }

    /** Sends to the pod; takes the buffer. */
    void send(ByteBuf data) {
        if (closed || inputEnded) {
            data.release();
        } else if (pod != null) {
            pod.writeAndFlush(data, pod.voidPromise());
        } else {
            early.add(data);
            earlyBytes += data.readableBytes();
            if (earlyBytes > EARLY_LIMIT) {
                fail("more than " + EARLY_LIMIT + " bytes before the pod's port answered");
            }
        }
    }

    /** The client sends no more. */
    void endInput() {
        if (!inputEnded) {
            inputEnded = true;
            Channel channel = pod;
            if (channel != null) {
                endPodInput(channel);
            }
        }
    }

    private void endPodInput(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> ((EpollSocketChannel) channel).shutdownOutput());
        closeWhenOver(channel);
    }

    private void closeWhenOver(Channel channel) {
        if (inputEnded && outputEnded) {
            closed = true;
            // Behind what is still on its way to the pod.
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.close());
        }
    }

    /** The client takes more again, or takes no more. */
    void acceptOutput(boolean accepts) {
        Channel channel = pod;
        if (channel != null) {
            channel.config().setAutoRead(accepts);
        }
    }

    /** Breaks it off. */
    void close() {
        if (!closed) {
            closed = true;
            early.forEach(ByteBuf::release);
            early.clear();
            Channel channel = pod;
            if (channel != null) {
                channel.close();
            }
        }
    }

    private void fail(String message) {
        if (!closed) {
            close();
            peer.failed(message);
        }
    }

    private final class PodHandler extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf data) {
            if (!closed) {
                peer.received(data.retain());
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            peer.flush();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent && !outputEnded) {
                outputEnded = true;
                if (!closed) {
                    peer.ended();
                }
                closeWhenOver(context.channel());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!closed) {
                closed = true;
                peer.ended();
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            peer.acceptInput(
                    ForwardedConnection.this, closed || context.channel().isWritable());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail("the connection to the pod broke: " + cause.getMessage());
            context.close();
        }
    }
}
