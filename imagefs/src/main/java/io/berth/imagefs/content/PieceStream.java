package io.berth.imagefs.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Pieces that can be read as a stream, too: reading takes from the piece that is next. For one thread. */
public abstract class PieceStream extends InputStream implements PieceSource {
    @Override
    public final int read() throws IOException {
        ByteBuffer piece = next();
        return piece == null ? -1 : piece.get() & 0xff;
    }

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer piece = next();
        if (piece == null) {
            return -1;
        }
        int n = Math.min(piece.remaining(), length);
        piece.get(target, offset, n);
        return n;
    }
}
