package io.berth.imagefs.registry;

import io.berth.imagefs.content.ByteSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A response body as a stream that is read ahead a little and gives up when nothing has come for a while. The JDK's own
 * stream would wait for ever. At most {@link #READ_AHEAD} pieces (of some 16 KiB) are in memory.
 */
final class StreamingBody implements BodySubscriber<InputStream> {
    private static final int READ_AHEAD = 8;

    private final Duration progressTimeout;
    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>(READ_AHEAD + 2);
    private final AtomicReference<Flow.@Nullable Subscription> subscription = new AtomicReference<>();
    private volatile boolean closed;

    StreamingBody(Duration progressTimeout) {
        this.progressTimeout = progressTimeout;
    }

    @Override
    public CompletionStage<InputStream> getBody() {
        return CompletableFuture.completedFuture(new Stream());
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        if (!subscription.compareAndSet(null, given) || closed) {
            given.cancel();
            return;
        }
        given.request(READ_AHEAD);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        offer(new Piece.Data(buffers));
    }

    @Override
    public void onError(Throwable failure) {
        offer(new Piece.Failure(failure));
    }

    @Override
    public void onComplete() {
        offer(new Piece.End());
    }

    /** Never blocks: no more than READ_AHEAD pieces are asked for, and one end or failure comes after them. */
    private void offer(Piece piece) {
        if (!closed) {
            pieces.add(piece);
        }
    }

    private sealed interface Piece {
        record Data(List<ByteBuffer> buffers) implements Piece {}

        record Failure(Throwable cause) implements Piece {}

        record End() implements Piece {}
    }

    private final class Stream extends InputStream implements ByteSource {
        private final Deque<ByteBuffer> current = new ArrayDeque<>();
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (!fill()) {
                return -1;
            }
            int done = 0;
            while (done < length) {
                ByteBuffer buffer = current.peek();
                if (buffer == null) {
                    break;
                }
                int n = Math.min(buffer.remaining(), length - done);
                buffer.get(target, offset + done, n);
                done += n;
                if (!buffer.hasRemaining()) {
                    current.remove();
                }
            }
            return done;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!fill()) {
                return -1;
            }
            int before = target.position();
            ByteBuffer buffer = current.peek();
            while (buffer != null && target.hasRemaining()) {
                int n = Math.min(buffer.remaining(), target.remaining());
                target.put(target.position(), buffer, buffer.position(), n);
                target.position(target.position() + n);
                buffer.position(buffer.position() + n);
                if (!buffer.hasRemaining()) {
                    current.remove();
                }
                buffer = current.peek();
            }
            return target.position() - before;
        }

        /** Makes {@code current} hold a byte at least; false at the end. */
        private boolean fill() throws IOException {
            while (current.isEmpty()) {
                if (ended) {
                    return false;
                }
                switch (next()) {
                    case Piece.Data(List<ByteBuffer> buffers) -> {
                        for (ByteBuffer buffer : buffers) {
                            if (buffer.hasRemaining()) {
                                current.add(buffer);
                            }
                        }
                        Flow.Subscription open = subscription.get();
                        if (open != null) {
                            open.request(1);
                        }
                    }
                    case Piece.Failure(Throwable cause) -> throw new IOException(message(cause), cause);
                    case Piece.End() -> ended = true;
                }
            }
            return true;
        }

        private Piece next() throws IOException {
            if (closed) {
                throw new IOException("stream closed");
            }
            try {
                Piece piece = pieces.poll(progressTimeout.toMillis(), TimeUnit.MILLISECONDS);
                if (piece == null) {
                    throw new HttpTimeoutException("nothing came for " + progressTimeout.toSeconds() + " s");
                }
                return piece;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading");
                interrupted.initCause(e);
                throw interrupted;
            }
        }

        @Override
        public void close() {
            closed = true;
            Flow.Subscription open = subscription.get();
            if (open != null && !ended) {
                open.cancel();
            }
            pieces.clear();
        }

        private static String message(Throwable cause) {
            String message = cause.getMessage();
            return message == null ? cause.getClass().getSimpleName() : message;
        }
    }
}
