package io.berth.server.cri;

import io.berth.server.error.StatusMapper;
import io.berth.server.logging.Fields;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Runs calls: those that are answered from memory where they arrive, on the transport's thread, all others on the pool.
 * Turns whatever they throw into a status, and logs how they ended, with the ids that {@link Fields} was told.
 */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private final RpcExecutor executor;

    Calls(RpcExecutor executor) {
        this.executor = executor;
    }

    /** Answers on this very thread; for what takes microseconds. */
    <T> void atOnce(StreamObserver<T> observer, Supplier<T> answer) {
        ignoreCancellation(observer);
        try {
            T response = answer.get();
            observer.onNext(response);
            observer.onCompleted();
        } catch (RuntimeException | Error e) {
            observer.onError(StatusMapper.toStatus(e));
        }
    }

    /** Answers on a thread of the pool. */
    <T> void onThread(String method, StreamObserver<T> observer, Supplier<T> answer) {
        ignoreCancellation(observer);
        run(method, () -> completing(observer, answer), observer::onError);
    }

    /**
     * As {@link #onThread}, for what keeps a processor busy: it waits for its turn behind others of its kind. A caller
     * that goes away before then is forgotten.
     */
    <T> void inTurn(String method, StreamObserver<T> observer, Supplier<T> answer) {
        Turns.Turn turn = executor.turn(() -> runHere(method, () -> completing(observer, answer), observer::onError));
        asServer(observer).setOnCancelHandler(turn::withdraw);
        accepted(method, turn::take, observer::onError);
    }

    /**
     * As {@link #onThread}, for what is worth doing only as long as somebody waits: when the caller goes away, or its
     * deadline passes, the thread that works for it is interrupted.
     */
    <T> void onInterruptedThread(String method, StreamObserver<T> observer, Supplier<T> answer) {
        Interruption interruption = new Interruption();
        asServer(observer).setOnCancelHandler(interruption::cancel);
        run(method, () -> completing(observer, () -> interruption.during(answer)), observer::onError);
    }

    /** Makes the answer, and gives what sends it. */
    private static <T> Runnable completing(StreamObserver<T> observer, Supplier<T> answer) {
        T response = answer.get();
        return () -> {
            observer.onNext(response);
            observer.onCompleted();
        };
    }

    /** Begins on this very thread and answers when the work is done, on whichever thread ends it; neither may block. */
    <T> void later(String method, StreamObserver<T> observer, Supplier<CompletionStage<T>> work) {
        ignoreCancellation(observer);
        long start = System.nanoTime();
        try {
            CompletionStage<T> answer = work.get();
            @Nullable Map<String, String> fields = MDC.getCopyOfContextMap();
            answer.whenComplete((response, failure) -> {
                if (failure == null) {
                    if (LOG.isDebugEnabled()) {
                        took(LOG.atDebug(), start).log(method);
                    }
                    observer.onNext(response);
                    observer.onCompleted();
                } else {
                    if (fields != null) {
                        MDC.setContextMap(fields);
                    }
                    failed(method, start, unwrapped(failure), observer::onError);
                }
            });
        } catch (RuntimeException | Error e) {
            failed(method, start, e, observer::onError);
        } finally {
            MDC.clear();
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }

    /** Answers a list in as many messages as its size needs, on this very thread. */
    <T, R> void listAtOnce(
            StreamObserver<R> observer, Function<T, Integer> size, Function<List<T>, R> page, Supplier<List<T>> items) {
        PagedResponse<T, R> response = new PagedResponse<>(asServer(observer), size, page);
        try {
            response.send(items.get());
        } catch (RuntimeException | Error e) {
            observer.onError(StatusMapper.toStatus(e));
        }
    }

    /** Answers a list in as many messages as its size needs; a thread of the pool makes the list. */
    <T, R> void listOnThread(
            String method,
            StreamObserver<R> observer,
            Function<T, Integer> size,
            Function<List<T>, R> page,
            Supplier<List<T>> items) {
        PagedResponse<T, R> response = new PagedResponse<>(asServer(observer), size, page);
        run(
                method,
                () -> {
                    List<T> list = items.get();
                    return () -> response.send(list);
                },
                observer::onError);
    }

    private void run(String method, Supplier<Runnable> work, Consumer<StatusRuntimeException> onError) {
        accepted(method, () -> executor.execute(() -> runHere(method, work, onError)), onError);
    }

    private static void accepted(String method, Runnable taking, Consumer<StatusRuntimeException> onError) {
        try {
            taking.run();
        } catch (RejectedExecutionException e) {
            onError.accept(Status.RESOURCE_EXHAUSTED
                    .withDescription(method + ": too many requests run and wait already; see server.request_threads and"
                            + " server.request_queue in the configuration")
                    .asRuntimeException());
        }
    }

    private static void runHere(String method, Supplier<Runnable> work, Consumer<StatusRuntimeException> onError) {
        long start = System.nanoTime();
        try {
            Runnable answer = work.get();
            // What happened is told by the rooms that did it; this is for who wants to know of every call.
            if (LOG.isDebugEnabled()) {
                took(LOG.atDebug(), start).log(method);
            }
            answer.run();
        } catch (RuntimeException | Error e) {
            failed(method, start, e, onError);
        } finally {
            MDC.clear();
        }
    }

    private static void failed(String method, long start, Throwable failure, Consumer<StatusRuntimeException> onError) {
        try {
            StatusRuntimeException status = StatusMapper.toStatus(failure);
            took(LOG.atLevel(level(status.getStatus().getCode())), start)
                    .addKeyValue("code", status.getStatus().getCode())
                    .log("{} failed: {}", method, status.getStatus().getDescription());
            onError.accept(status);
        } finally {
            MDC.clear();
        }
    }

    /** That something is gone already is daily life, as callers ask after what they have removed. */
    private static Level level(Status.Code code) {
        return code == Status.Code.NOT_FOUND || code == Status.Code.CANCELLED ? Level.DEBUG : Level.WARN;
    }

    private static LoggingEventBuilder took(LoggingEventBuilder builder, long start) {
        return builder.addKeyValue("milliseconds", Math.round((System.nanoTime() - start) / 1e4) / 100.0);
    }

    /** A caller that has gone away makes no exceptions: what was asked for has been done, or will be. */
    private static void ignoreCancellation(StreamObserver<?> observer) {
        asServer(observer).setOnCancelHandler(() -> {});
    }

    private static <R> ServerCallStreamObserver<R> asServer(StreamObserver<R> observer) {
        return (ServerCallStreamObserver<R>) observer;
    }
}
