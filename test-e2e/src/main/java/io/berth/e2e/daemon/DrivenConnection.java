package io.berth.e2e.daemon;

import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A connection for the unary calls of the thread that made it. That thread does all of the connection's work while it
 * is in a call, so that none is woken for the call or its answer. Other threads' calls, and streams, go another way.
 */
final class DrivenConnection implements ClientInterceptor, AutoCloseable {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    private static final long LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

    private final ManualIoEventLoop loop = new ManualIoEventLoop(Thread.currentThread(), EpollIoHandler.newFactory());
    private final Function<EventLoopGroup, ManagedChannel> connect;
    private ManagedChannel channel;

    /** @param connect makes a channel, which is not connected yet, on an event loop */
    DrivenConnection(Function<EventLoopGroup, ManagedChannel> connect) {
        this.connect = connect;
        this.channel = connect.apply(loop);
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel otherWay) {
        if (!loop.inEventLoop() || method.getType() != MethodDescriptor.MethodType.UNARY) {
            return otherWay.newCall(method, options);
        }
        // What has come up since the last call, such as the daemon's end, and what follows from it.
        while (loop.runNow() > 0) {}
        // The stub's executor would keep what is to be told until the stub waits.
        return new DrivenCall<>(channel.newCall(method, options.withExecutor(MoreExecutors.directExecutor())), this);
    }

    /** Does the connection's work, and waits for more, until the condition holds; for the thread that made it. */
    void drive(BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            loop.run(LONGEST_WAIT);
        }
    }

    /** Forgets a failed attempt: the next call connects at once. */
    void reconnect() {
        if (loop.inEventLoop() && channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // It would fail calls until it is connected again, which would take some driving.
            channel.shutdownNow();
            channel = connect.apply(loop);
        }
    }

    /** Waits for the end when it is the thread that made it; nobody else could bring it about. */
    @Override
    public void close() {
        channel.shutdownNow();
        if (loop.inEventLoop()) {
            long deadline = System.nanoTime() + LAST_WORDS.toNanos();
            drive(() -> channel.isTerminated() || System.nanoTime() > deadline);
            var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            drive(loop::isTerminated);
        }
    }
}
