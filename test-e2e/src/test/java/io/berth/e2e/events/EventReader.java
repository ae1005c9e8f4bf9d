package io.berth.e2e.events;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ContainerEventResponse;
import io.berth.proto.cri.v1.GetEventsRequest;
import io.berth.proto.cri.v1.RuntimeServiceGrpc.RuntimeServiceBlockingStub;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/** A subscriber that has everything from {@link #subscribe} on; one thread of its own reads once it is told to. */
final class EventReader implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 240;

    private final Context.CancellableContext context = Context.current().withCancellation();
    private final List<ContainerEventResponse> events = new CopyOnWriteArrayList<>();
    private final AtomicReference<Status> end = new AtomicReference<>();
    private final Iterator<ContainerEventResponse> stream;

    private EventReader(CriClient client) {
        AtomicReference<Metadata> headers = new AtomicReference<>();
        RuntimeServiceBlockingStub stub = client.runtime()
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .withInterceptors(
                        MetadataUtils.newCaptureMetadataInterceptor(headers, new AtomicReference<>(new Metadata())));
        try {
            stream = context.call(() -> stub.getContainerEvents(GetEventsRequest.getDefaultInstance()));
        } catch (Exception failure) {
            throw new IllegalStateException("cannot subscribe", failure);
        }
        Waiting.until("the stream's headers", () -> headers.get() != null);
    }

    /** Subscribes, and does not read yet. */
    static EventReader subscribe(CriClient client) {
        return new EventReader(client);
    }

    /** Reads from now on. */
    EventReader read() {
        Thread thread = new Thread(this::readAll, "event-reader");
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void readAll() {
        try {
            stream.forEachRemaining(events::add);
            end.set(Status.OK);
        } catch (StatusRuntimeException ended) {
            end.set(ended.getStatus());
        }
    }

    /** What has been read, oldest first, once there is so much. */
    List<ContainerEventResponse> await(int count) {
        Waiting.until(count + " events", () -> events.size() >= count);
        return List.copyOf(events);
    }

    /** How the stream ended. */
    Status awaitEnd() {
        Waiting.until("the end of the events", () -> end.get() != null);
        return Objects.requireNonNull(end.get());
    }

    @Override
    public void close() {
        context.cancel(null);
    }
}
