package io.berth.server.cri;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A list that goes out in pages far below the limit of a message, one after the other as the receiver takes them.
 *
 * @param <T> an item
 * @param <R> a message with items
 */
final class PagedResponse<T, R> {
    /** Bytes of the items of a page; a single larger item is a page of its own. */
    static final int PAGE_BYTES = 3 << 20;

    private final ServerCallStreamObserver<R> observer;
    private final Function<T, Integer> size;
    private final Function<List<T>, R> page;

    private @Nullable List<T> items;
    private int sent;
    private boolean isDone;

    /** To be made while the call is still in the service's method, on its first thread. */
    PagedResponse(ServerCallStreamObserver<R> observer, Function<T, Integer> size, Function<List<T>, R> page) {
        this.observer = observer;
        this.size = size;
        this.page = page;
        observer.setOnCancelHandler(this::stop);
        observer.setOnReadyHandler(this::sendWhatIsTaken);
    }

    /** Sends everything, now or when the receiver has room. */
    synchronized void send(List<T> all) {
        items = all;
        sendWhatIsTaken();
    }

    private synchronized void sendWhatIsTaken() {
        if (items == null || isDone) {
            return;
        }
        while (sent < items.size() && observer.isReady()) {
            List<T> next = nextPage(items);
            sent += next.size();
            observer.onNext(page.apply(next));
        }
        if (sent == items.size()) {
            isDone = true;
            observer.onCompleted();
        }
    }

    private List<T> nextPage(List<T> all) {
        List<T> next = new ArrayList<>();
        long bytes = 0;
        for (T item : all.subList(sent, all.size())) {
            bytes += size.apply(item);
            if (!next.isEmpty() && bytes > PAGE_BYTES) {
                break;
            }
            next.add(item);
        }
        return next;
    }

    private synchronized void stop() {
        isDone = true;
    }
}
