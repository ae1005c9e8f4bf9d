package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ByteSource;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A blob on its way in, a buffer's fill at a time, held against its descriptor: not one byte more than its size, and at
 * the end the right digest. The end must be reached ({@link #drain}) for the verdict to be given. For one thread.
 */
final class PackedBlob implements AutoCloseable {
    private final ByteSource source;
    private final ContentDescriptor descriptor;
    private final Hash hash;
    private final ByteBuffer buffer;
    private long count;
    private boolean ended;

    /**
     * Starts reading.
     *
     * @param buffer direct, all of it this blob's for now
     */
    PackedBlob(ByteSource source, ContentDescriptor descriptor, ByteBuffer buffer) {
        this.source = source;
        this.descriptor = descriptor;
        this.hash = Hash.like(descriptor.digest(), descriptor.size());
        this.buffer = buffer.clear().limit(0);
    }

    /** What came and was not taken yet, from its position to its limit: taking moves the position. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Bytes that came so far. */
    long count() {
        return count;
    }

    /** Makes the buffer hold a byte at least, when all in it was taken; false at the end of the blob. */
    boolean fill() throws IOException {
        return buffer.hasRemaining() || more();
    }

    /** Adds to what is in the buffer, which must be at its beginning; false at the end of the blob. */
    boolean more() throws IOException {
        if (ended) {
            return false;
        }
        if (!buffer.hasRemaining()) {
            buffer.clear().limit(0);
        }
        int taken = buffer.position();
        int old = buffer.limit();
        buffer.limit(buffer.capacity()).position(old);
        int n = source.read(buffer);
        buffer.limit(Math.max(old, buffer.position())).position(old);
        if (n < 0) {
            ended = true;
            verify();
        } else {
            count += n;
            if (count > descriptor.size()) {
                throw new ImageException(
                        ImageException.Kind.CORRUPT_CONTENT,
                        "blob " + descriptor.digest() + " is longer than the " + descriptor.size()
                                + " bytes that the manifest says");
            }
            hash.update(buffer);
        }
        buffer.position(taken);
        return n >= 0;
    }

    /** Reads what is left and gives the verdict. */
    void drain() throws IOException {
        do {
            buffer.position(buffer.limit());
        } while (more());
    }

    private void verify() {
        if (count != descriptor.size()) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    "blob " + descriptor.digest() + " ended after " + count + " of " + descriptor.size() + " bytes");
        }
        Digest actual = hash.finish();
        if (!actual.equals(descriptor.digest())) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    "blob " + descriptor.digest() + " is not what it should be: its digest is " + actual);
        }
    }

    @Override
    public void close() {
        hash.close();
    }
}
