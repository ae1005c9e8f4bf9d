package io.berth.imagefs.content;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Bytes that come one after the other, into buffers outside of the heap: the way of a layer. */
@FunctionalInterface
public interface ByteSource {
    /**
     * Puts some bytes into the buffer, at its position.
     *
     * @return how many, at least one where there is room; -1 at the end
     */
    int read(ByteBuffer target) throws IOException;

    /** The bytes of a stream; those of a stream that is a source itself without another copy. */
    static ByteSource of(InputStream stream) {
        return stream instanceof ByteSource source ? source : new StreamSource(stream);
    }
}
