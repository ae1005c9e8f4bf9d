package io.berth.server.streaming;

import com.google.protobuf.InvalidProtocolBufferException;
import io.berth.core.stream.ProcessStreams;
import io.berth.core.stream.Streams;
import io.berth.kernel.shim.ShimStream;
import io.berth.server.error.StatusMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Couples a client with a process in a pod. Both sockets are served by one event loop, on which all methods are called:
 * a side that takes no more stops the reading from the other, so that nothing piles up in between.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes its channel, and that is told
final class CommandSession {
    private static final Logger LOG = LoggerFactory.getLogger(CommandSession.class);

    /** What a client may send before its command runs. */
    private static final int EARLY_LIMIT = 256 * 1024;

    private final Services services;
    private final CommandClient client;
    private final Function<Streams, ProcessStreams> opening;
    private final Queue<ByteBuf> early = new ArrayDeque<>();
    private final Resizing resizing;
    private int earlyBytes;
    private boolean inputClosed;
    private boolean ended;
    private @Nullable Channel process;

    /**
     * Nothing is started yet.
     *
     * @param opening starts the process, or attaches to it; called by a worker
     */
    CommandSession(Services services, CommandClient client, Function<Streams, ProcessStreams> opening) {
        this.services = services;
        this.client = client;
        this.opening = opening;
        this.resizing = new Resizing(services.workers());
    }

    /** Starts the process; the client is not read until it runs. */
    void start() {
        client.channel().config().setAutoRead(false);
        try {
            services.workers().execute(this::open);
        } catch (RejectedExecutionException full) {
            end(new CommandStatus.Failed("too many streams are being opened; try again"));
        }
    }

    private void open() {
        try {
            ProcessStreams opened = opening.apply(services.streams());
            client.channel().eventLoop().execute(() -> couple(opened));
        } catch (RuntimeException | Error failure) {
            String message = StatusMapper.toStatus(failure).getStatus().getDescription();
            client.channel().eventLoop().execute(() -> end(new CommandStatus.Failed(String.valueOf(message))));
        }
    }

    private void couple(ProcessStreams opened) {
        Channel channel = new EpollDomainSocketChannel(opened.stream().socket().release());
        channel.pipeline()
                .addLast(new LengthFieldBasedFrameDecoder(ShimStream.DATA_LIMIT + ShimStream.HEADER, 0, 4, 0, 4))
                .addLast(new ProcessHandler());
        process = channel;
        client.channel().eventLoop().register(channel);
        if (ended) {
            channel.close();
            return;
        }
        resizing.to(opened.terminal());
        for (ByteBuf data = early.poll(); data != null; data = early.poll()) {
            send(data);
        }
        if (inputClosed) {
            sendEndOfInput(channel);
        }
        channel.flush();
        client.channel().config().setAutoRead(channel.isWritable());
        channel.config().setAutoRead(client.channel().isWritable());
    }

    /** The client's standard input; takes the buffer. */
    void input(ByteBuf data) {
        if (ended || inputClosed || !data.isReadable()) {
            data.release();
        } else if (process != null) {
            send(data);
            process.flush();
        } else {
            early.add(data);
            earlyBytes += data.readableBytes();
            if (earlyBytes > EARLY_LIMIT) {
                end(new CommandStatus.Failed("more than " + EARLY_LIMIT + " bytes of input before all streams"));
            }
        }
    }

    /** The client's standard input has ended. */
    void inputClosed() {
        if (!inputClosed) {
            inputClosed = true;
            Channel channel = process;
            if (channel != null && !ended) {
                sendEndOfInput(channel);
                channel.flush();
            }
        }
    }

    void resize(int columns, int rows) {
        resizing.wanted(columns, rows);
    }

    /** The client takes more again, or takes no more. */
    void clientWritabilityChanged() {
        Channel channel = process;
        if (channel != null) {
            channel.config().setAutoRead(client.channel().isWritable());
        }
    }

    /** The client is gone: an exec goes with it. */
    void clientGone() {
        ended = true;
        release();
    }

    private void release() {
        early.forEach(ByteBuf::release);
        early.clear();
        Channel channel = process;
        if (channel != null) {
            channel.close();
        }
    }

    private void end(CommandStatus status) {
        if (!ended) {
            ended = true;
            release();
            client.ended(status);
        }
    }

    /** Frames of the shim's size, without copying. */
    private void send(ByteBuf data) {
        Channel channel = process;
        if (channel == null) {
            data.release();
            return;
        }
        while (data.readableBytes() > ShimStream.DATA_LIMIT) {
            sendFrame(channel, data.readRetainedSlice(ShimStream.DATA_LIMIT));
        }
        sendFrame(channel, data);
    }

    private static void sendFrame(Channel channel, ByteBuf data) {
        channel.write(header(channel, data.readableBytes()), channel.voidPromise());
        channel.write(data, channel.voidPromise());
    }

    private static void sendEndOfInput(Channel channel) {
        channel.write(header(channel, 0), channel.voidPromise());
    }

    private static ByteBuf header(Channel channel, int length) {
        return channel.alloc().buffer(ShimStream.HEADER).writeInt(length + 1).writeByte(ShimStream.INPUT);
    }

    /** The process's side. */
    private final class ProcessHandler extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
            if (ended) {
                return;
            }
            int kind = frame.readByte();
            switch (kind) {
                case ShimStream.OUTPUT, ShimStream.ERROR ->
                    client.output(kind == ShimStream.ERROR, frame.readRetainedSlice(frame.readableBytes()));
                case ShimStream.END -> end(statusOf(frame));
                default -> LOG.debug("a shim sent a frame of the unknown kind {}", kind);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            client.channel().flush();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (!ended) {
                client.channel().config().setAutoRead(context.channel().isWritable());
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end(new CommandStatus.Failed("the connection to the process was lost: the pod's supervisor has ended,"
                    + " or an attached client did not read what the container wrote"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("a process's streams failed", cause);
            context.close();
        }
    }

    private static CommandStatus statusOf(ByteBuf frame) {
        try {
            return CommandStatus.of(ShimStream.exitCode(ByteBufUtil.getBytes(frame)));
        } catch (InvalidProtocolBufferException broken) {
            return new CommandStatus.Failed("the pod's supervisor sent no proper end: " + broken.getMessage());
        }
    }
}
