package io.berth.imagefs.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** A stream's bytes, by way of the heap. For one thread. */
final class StreamSource implements ByteSource {
    private static final int PIECE = 64 << 10;

    private final InputStream stream;
    private final byte[] piece = new byte[PIECE];

    StreamSource(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int n = stream.read(piece, 0, Math.min(PIECE, target.remaining()));
        if (n > 0) {
            target.put(piece, 0, n);
        }
        return n;
    }
}
