package io.berth.imagefs.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A stream's bytes, a buffer's fill at a time. For one thread. */
final class StreamPieces implements PieceSource {
    private final ByteSource source;
    private final ByteBuffer buffer;

    StreamPieces(InputStream stream, ByteBuffer buffer) {
        this.source = ByteSource.of(stream);
        this.buffer = buffer.clear().limit(0);
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
        if (buffer.hasRemaining()) {
            return buffer;
        }
        int n = source.read(buffer.clear());
        buffer.flip();
        return n < 0 ? null : buffer;
    }
}
