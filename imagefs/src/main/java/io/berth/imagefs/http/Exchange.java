package io.berth.imagefs.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One request and what comes of it: filled by an event loop, emptied by one reader. At most some hundred kilobytes wait
 * in between; then nothing more is asked of the connection, and the sender has to wait. Any thread may {@link #fail}
 * it.
 */
final class Exchange implements HttpConnections.Cancellation {
    /** Bytes that may wait for the reader. One piece more comes, of what had been asked for. */
    private static final long READ_AHEAD = 512 << 10;

    /** What is left of an answer that nobody wants is read over up to here: cheaper than another connection. */
    private static final long WORTH_DISCARDING = 64 << 10;

    private static final Duration DISCARDING = Duration.ofSeconds(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<ByteBuf> pieces = new ArrayDeque<>();
    private long waiting;
    private long discarded;
    private @Nullable Link link;
    private @Nullable HttpResponse head;
    private @Nullable IOException failure;
    private boolean informational;
    private boolean ended;
    private boolean paused;
    private boolean unwanted;
    private boolean cancelled;

    /** Says what carries it: once, before anything is received. */
    void carriedBy(Link carrier) {
        lock.lock();
        try {
            link = carrier;
            if (failure != null) {
                carrier.abandon();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Takes what came, and owns it: after a failure, only to let it go. */
    void received(HttpObject message) {
        lock.lock();
        try {
            if (failure != null) {
                // The reader may not be awake yet, and must not find an answer that came after the end.
                ReferenceCountUtil.release(message);
                return;
            }
            if (message.decoderResult().isFailure()) {
                ReferenceCountUtil.release(message);
                failLocked(new IOException(
                        "the answer is not HTTP: "
                                + message.decoderResult().cause().getMessage(),
                        message.decoderResult().cause()));
                return;
            }
            if (message instanceof HttpResponse response) {
                informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
                head = informational ? null : response;
                changed.signalAll();
            }
            if (message instanceof HttpContent content) {
                add(content.content(), message instanceof LastHttpContent);
            }
        } finally {
            lock.unlock();
        }
    }

    private void add(ByteBuf content, boolean last) {
        int length = content.readableBytes();
        if (length == 0 || informational || ended || unwanted) {
            content.release();
            discarded += length;
        } else {
            pieces.add(content);
            waiting += length;
            changed.signalAll();
        }
        HttpResponse response = head;
        Link carrier = link;
        if (response == null || carrier == null || ended) {
            return;
        }
        if (last) {
            ended = true;
            changed.signalAll();
            carrier.finished(HttpUtil.isKeepAlive(response));
        } else if (unwanted && discarded > WORTH_DISCARDING) {
            failLocked(new IOException("closed"));
        }
    }

    /** Asks for more, unless enough waits for the reader: when all of a read has been received. */
    void readOn() {
        lock.lock();
        try {
            paused = waiting >= READ_AHEAD;
            if (!paused && !ended && failure == null && link != null) {
                link.read();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void cancel() {
        lock.lock();
        try {
            cancelled = true;
            drop();
            failLocked(new IOException("cancelled"));
            if (failure == null) {
                failure = new IOException("cancelled");
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isCancelled() {
        lock.lock();
        try {
            return cancelled;
        } finally {
            lock.unlock();
        }
    }

    /** Ends it, unless it has ended. The reader gets what has come before, and then is told. */
    void fail(IOException cause) {
        lock.lock();
        try {
            failLocked(cause);
        } finally {
            lock.unlock();
        }
    }

    private void failLocked(IOException cause) {
        if (failure != null || ended) {
            return;
        }
        failure = cause;
        changed.signalAll();
        if (link != null) {
            link.abandon();
        }
    }

    /** The reader wants no more. A short rest is read over, so that the connection serves again. */
    void close() {
        lock.lock();
        try {
            drop();
            unwanted = true;
            if (ended || failure != null || link == null) {
                return;
            }
            HttpResponse response = head;
            if (response == null || HttpUtil.getContentLength(response, 0L) > WORTH_DISCARDING) {
                failLocked(new IOException("closed"));
            } else {
                link.abandonAfter(DISCARDING);
                link.read();
            }
        } finally {
            lock.unlock();
        }
    }

    private void drop() {
        pieces.forEach(ByteBuf::release);
        pieces.clear();
        waiting = 0;
    }

    /** Whether anything of an answer has come. */
    boolean isAnswered() {
        lock.lock();
        try {
            return head != null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the beginning of the answer. */
    HttpResponse head(Duration patience) throws IOException, InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (head == null) {
                if (failure != null) {
                    throw failure;
                }
                if (left <= 0) {
                    throw new SocketTimeoutException("no answer within " + patience.toSeconds() + " s");
                }
                left = changed.awaitNanos(left);
            }
            return head;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next piece, which is the caller's to release; null at the end. */
    @Nullable
    ByteBuf take(Duration patience) throws IOException, InterruptedException {
        long left = patience.toNanos();
        lock.lock();
        try {
            while (pieces.isEmpty()) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                if (ended) {
                    return null;
                }
                if (left <= 0) {
                    throw new SocketTimeoutException("nothing came for " + patience.toSeconds() + " s");
                }
                left = changed.awaitNanos(left);
            }
            ByteBuf piece = pieces.remove();
            waiting -= piece.readableBytes();
            if (paused && waiting <= READ_AHEAD / 2 && !ended && link != null) {
                paused = false;
                link.read();
            }
            return piece;
        } finally {
            lock.unlock();
        }
    }
}
