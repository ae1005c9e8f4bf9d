package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.Hash;
import io.berth.imagefs.content.Hashes;
import io.berth.imagefs.content.PieceSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A blob on its way in, piece by piece as it comes, held against its descriptor: not one byte more than its size, and
 * at the end the right digest. The end must be reached ({@link #drain}) for the verdict to be given. For one thread.
 */
final class PackedBlob implements AutoCloseable {
    private final PieceSource source;
    private final ContentDescriptor descriptor;
    private final Hash hash;
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private long count;
    private boolean ended;

    /** Starts reading; the source is closed after this, as its last piece may not have been hashed before. */
    PackedBlob(PieceSource source, ContentDescriptor descriptor, Hashes hashes) {
        this.source = source;
        this.descriptor = descriptor;
        this.hash = hashes.like(descriptor.digest(), descriptor.size());
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
        return buffer.hasRemaining() || advance();
    }

    /** What the blob begins with, before anything was taken: so many bytes at least, unless it has fewer. */
    ByteBuffer beginning(int wanted) throws IOException {
        boolean more = fill();
        while (more && buffer.remaining() < wanted) {
            ByteBuffer first =
                    ByteBuffer.allocateDirect(buffer.remaining()).put(buffer).flip();
            more = advance();
            buffer = ByteBuffer.allocateDirect(first.remaining() + buffer.remaining())
                    .put(first)
                    .put(buffer)
                    .flip();
        }
        return buffer;
    }

    private boolean advance() throws IOException {
        // The next piece may take this one's place.
        hash.settle(count);
        ByteBuffer piece = ended ? null : source.next();
        if (piece == null) {
            if (!ended) {
                ended = true;
                verify();
            }
            return false;
        }
        count += piece.remaining();
        if (count > descriptor.size()) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    "blob " + descriptor.digest() + " is longer than the " + descriptor.size()
                            + " bytes that the manifest says");
        }
        hash.update(piece);
        buffer = piece;
        return true;
    }

    /** Reads what is left and gives the verdict. */
    void drain() throws IOException {
        do {
            buffer.position(buffer.limit());
        } while (advance());
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
