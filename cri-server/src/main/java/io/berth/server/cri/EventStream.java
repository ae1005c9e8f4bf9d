package io.berth.server.cri;

import io.berth.core.event.ContainerEvent;
import io.berth.proto.cri.v1.ContainerEventResponse;
import io.berth.server.cri.mapping.EventMapping;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The events on their way to one subscriber. They wait in a queue while it does not read; when that is full the stream
 * ends with RESOURCE_EXHAUSTED, so that the subscriber lists anew rather than misses something. Any thread.
 */
final class EventStream {
    /** Events are references to records that exist anyway: a full queue is some hundred kilobytes. */
    static final int LONGEST_QUEUE = 1024;

    private final ServerCallStreamObserver<ContainerEventResponse> observer;
    private final RpcExecutor executor;
    private final Runnable onOverflow;
    private final Runnable onEnd;
    private final Deque<ContainerEvent> waiting = new ArrayDeque<>();
    private boolean isSending;
    private @Nullable Status end;
    private boolean ended;

    /**
     * A stream that has not begun.
     *
     * @param executor sends, so that nobody who has news waits for a message to be made
     * @param onOverflow called when the queue is full; does no more than count
     * @param onEnd called once when nothing more can be sent
     */
    EventStream(
            ServerCallStreamObserver<ContainerEventResponse> observer,
            RpcExecutor executor,
            Runnable onOverflow,
            Runnable onEnd) {
        this.observer = observer;
        this.executor = executor;
        this.onOverflow = onOverflow;
        this.onEnd = onEnd;
    }

    /** Takes an event; returns at once. */
    void accept(ContainerEvent event) {
        synchronized (this) {
            if (end != null || ended) {
                return;
            }
            if (waiting.size() == LONGEST_QUEUE) {
                waiting.clear();
                onOverflow.run();
                end = Status.RESOURCE_EXHAUSTED.withDescription("GetContainerEvents: " + LONGEST_QUEUE
                        + " events wait to be read and there are more: list the pods and subscribe again");
            } else {
                waiting.add(event);
            }
        }
        send();
    }

    /** Ends the stream with that status, after what has been taken where the subscriber reads it. */
    void end(Status status) {
        synchronized (this) {
            if (end == null) {
                end = status;
            }
        }
        send();
    }

    /** Whether nothing is sent any more. */
    synchronized boolean hasEnded() {
        return ended;
    }

    /** The subscriber is gone. */
    void cancelled() {
        finish();
    }

    /** Sends what the subscriber has room for, on a thread of the pool, unless one is at it. */
    void send() {
        synchronized (this) {
            if (isSending || ended || !hasWork()) {
                return;
            }
            isSending = true;
        }
        try {
            executor.execute(this::sendAll);
        } catch (RejectedExecutionException full) {
            // Here and now instead: it does not block.
            sendAll();
        }
    }

    private boolean hasWork() {
        return end != null || (!waiting.isEmpty() && observer.isReady());
    }

    private void sendAll() {
        while (true) {
            ContainerEvent event;
            Status status;
            synchronized (this) {
                event = observer.isReady() ? waiting.poll() : null;
                status = end;
                if (event == null && (status == null || ended)) {
                    isSending = false;
                    return;
                }
            }
            if (event == null) {
                finish(status);
                return;
            }
            observer.onNext(EventMapping.toCri(event));
        }
    }

    private void finish(@Nullable Status status) {
        if (finish() && status != null) {
            observer.onError(status.asRuntimeException());
        }
    }

    private boolean finish() {
        synchronized (this) {
            isSending = false;
            if (ended) {
                return false;
            }
            ended = true;
            waiting.clear();
        }
        onEnd.run();
        return true;
    }
}
