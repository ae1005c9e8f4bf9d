package io.berth.imagefs.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Bytes that come piece by piece and are read where they lie, outside of the heap: a blob on its way in. */
@FunctionalInterface
public interface PieceSource {
    /**
     * The next piece, or what was not taken of the last one.
     *
     * @return from its position to its limit, at least one byte; the caller's to take from until the next call. Null at
     *     the end
     */
    @Nullable
    ByteBuffer next() throws IOException;

    /**
     * The pieces of a stream: as they are, where it has some.
     *
     * @param buffer gives a direct buffer to read any other stream into
     */
    static PieceSource of(InputStream stream, Supplier<ByteBuffer> buffer) {
        return stream instanceof PieceSource source ? source : new StreamPieces(stream, buffer.get());
    }
}
