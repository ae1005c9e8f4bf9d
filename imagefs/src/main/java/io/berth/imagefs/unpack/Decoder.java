package io.berth.imagefs.unpack;

import io.berth.imagefs.content.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The content of a packed blob. For one thread. */
sealed interface Decoder extends ByteSource, AutoCloseable permits GzipDecoder, ZstdDecoder, Decoder.Plain {
    /** Frees native memory. */
    @Override
    void close();

    /** A blob that is not packed. */
    record Plain(PackedBlob blob) implements Decoder {
        @Override
        public int read(ByteBuffer target) throws IOException {
            if (!blob.fill()) {
                return -1;
            }
            ByteBuffer buffer = blob.buffer();
            int n = Math.min(buffer.remaining(), target.remaining());
            target.put(target.position(), buffer, buffer.position(), n);
            target.position(target.position() + n);
            buffer.position(buffer.position() + n);
            return n;
        }

        @Override
        public void close() {
            // nothing to free
        }
    }
}
