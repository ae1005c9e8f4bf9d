package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.VerifyingInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.function.BooleanSupplier;

/**
 * The uncompressed side of a layer: hashed for the diff ID, bounded against bombs, and stopped when its pull is. For
 * one thread.
 */
final class TarStream extends FilterInputStream {
    /** Small layers may be as compressible as they like. */
    private static final long RATIO_FROM = 64 << 20;

    private final VerifyingInputStream packed;
    private final Digest diffId;
    private final MessageDigest hash;
    private final long largest;
    private final int expansion;
    private final BooleanSupplier cancelled;
    private long count;

    TarStream(
            InputStream unpacked,
            VerifyingInputStream packed,
            Digest diffId,
            long largest,
            int expansion,
            BooleanSupplier cancelled) {
        super(unpacked);
        this.packed = packed;
        this.diffId = diffId;
        this.hash = diffId.newMessageDigest();
        this.largest = largest;
        this.expansion = expansion;
        this.cancelled = cancelled;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (cancelled.getAsBoolean()) {
            throw new ImageException(ImageException.Kind.CANCELLED, "cancelled");
        }
        int n = in.read(buffer, offset, length);
        if (n > 0) {
            hash.update(buffer, offset, n);
            count += n;
            check();
        }
        return n;
    }

    private void check() {
        if (count > largest) {
            throw new ImageException(
                    ImageException.Kind.LIMIT_EXCEEDED, "it is larger than " + largest + " bytes uncompressed");
        }
        if (count > RATIO_FROM && count / expansion > packed.count()) {
            throw new ImageException(
                    ImageException.Kind.LIMIT_EXCEEDED,
                    "it grows to more than " + expansion + " times its compressed size");
        }
    }

    /** Gives the verdict, after the end has been reached. */
    void verify() {
        Digest actual = Digest.of(diffId.algorithm(), hash.digest());
        if (!actual.equals(diffId)) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    "the image's configuration says that it unpacks to " + diffId + ", but it is " + actual);
        }
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
