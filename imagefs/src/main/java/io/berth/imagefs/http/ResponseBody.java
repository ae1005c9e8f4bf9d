package io.berth.imagefs.http;

import io.berth.imagefs.content.PieceStream;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A response's body: a stream, or pieces that lie where the network left them. It gives up when nothing has come for a
 * while ({@link java.net.SocketTimeoutException}). For one thread; closing it gives the rest of the body up.
 */
public final class ResponseBody extends PieceStream {
    private final Exchange exchange;
    private final Duration progressTimeout;
    private @Nullable ByteBuf held;
    private @Nullable ByteBuffer view;
    private boolean closed;

    ResponseBody(Exchange exchange, Duration progressTimeout) {
        this.exchange = exchange;
        this.progressTimeout = progressTimeout;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (view != null && view.hasRemaining()) {
            return view;
        }
        if (closed) {
            throw new IOException("stream closed");
        }
        release();
        try {
            ByteBuf piece = exchange.take(progressTimeout);
            if (piece == null) {
                return null;
            }
            held = piece;
            view = direct(piece);
            return view;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** What comes from the network is in one piece outside of the heap, save for odds and ends. */
    private static ByteBuffer direct(ByteBuf piece) {
        if (piece.isDirect() && piece.nioBufferCount() == 1) {
            return piece.nioBuffer();
        }
        ByteBuffer copy = ByteBuffer.allocateDirect(piece.readableBytes());
        piece.getBytes(piece.readerIndex(), copy);
        return copy.flip();
    }

    private void release() {
        view = null;
        if (held != null) {
            held.release();
            held = null;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release();
            exchange.close();
        }
    }
}
