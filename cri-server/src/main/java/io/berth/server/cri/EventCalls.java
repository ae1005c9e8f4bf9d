package io.berth.server.cri;

import io.berth.core.Runtime;
import io.berth.core.event.Events;
import io.berth.proto.cri.v1.ContainerEventResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** GetContainerEvents: a stream for each subscriber, until it leaves or the daemon does. */
public final class EventCalls implements AutoCloseable {
    private final Runtime runtime;
    private final RpcExecutor executor;
    private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();
    private final AtomicLong cutOff = new AtomicLong();
    private volatile boolean closed;

    EventCalls(Runtime runtime, RpcExecutor executor) {
        this.runtime = runtime;
        this.executor = executor;
    }

    void subscribe(StreamObserver<ContainerEventResponse> observer) {
        ServerCallStreamObserver<ContainerEventResponse> call =
                (ServerCallStreamObserver<ContainerEventResponse>) observer;
        AtomicReference<Runnable> leave = new AtomicReference<>(() -> {});
        EventStream stream = new EventStream(
                call,
                executor,
                cutOff::incrementAndGet,
                () -> leave.getAndSet(() -> {}).run());
        call.setOnCancelHandler(stream::cancelled);
        call.setOnReadyHandler(stream::send);
        Events.Subscription subscription = runtime.events(stream::accept);
        streams.add(stream);
        leave.set(() -> {
            subscription.close();
            streams.remove(stream);
        });
        if (stream.hasEnded()) {
            leave.getAndSet(() -> {}).run();
        }
        if (closed) {
            stop(stream);
        }
    }

    /** Streams that were ended because their subscribers did not read. */
    public long cutOff() {
        return cutOff.get();
    }

    /** Subscribers that listen now. */
    public int subscribers() {
        return streams.size();
    }

    /** Ends every stream: the daemon stops, and waits for no call that has no end of its own. */
    @Override
    public void close() {
        closed = true;
        streams.forEach(EventCalls::stop);
    }

    private static void stop(EventStream stream) {
        stream.end(Status.UNAVAILABLE.withDescription("GetContainerEvents: berthd stops"));
    }
}
