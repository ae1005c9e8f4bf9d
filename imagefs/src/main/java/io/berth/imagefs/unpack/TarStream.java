package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ByteSource;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.Hash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;

/**
 * The uncompressed side of a layer: hashed for the diff ID, bounded against bombs, and stopped when its pull is. The
 * hash may lag behind, see {@link BufferRing}. For one thread.
 */
final class TarStream implements ByteSource {
    /** Small layers may be as compressible as they like. */
    private static final long RATIO_FROM = 64 << 20;

    private final ByteSource unpacked;
    private final PackedBlob packed;
    private final Digest diffId;
    private final Hash hash;
    private final long largest;
    private final int expansion;
    private final BooleanSupplier cancelled;
    private long count;

    TarStream(
            ByteSource unpacked,
            PackedBlob packed,
            Digest diffId,
            Hash hash,
            long largest,
            int expansion,
            BooleanSupplier cancelled) {
        this.unpacked = unpacked;
        this.packed = packed;
        this.diffId = diffId;
        this.hash = hash;
        this.largest = largest;
        this.expansion = expansion;
        this.cancelled = cancelled;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (cancelled.getAsBoolean()) {
            throw new ImageException(ImageException.Kind.CANCELLED, "cancelled");
        }
        int start = target.position();
        int n = unpacked.read(target);
        if (n > 0) {
            int end = target.position();
            int limit = target.limit();
            hash.update(target.position(start).limit(end));
            target.limit(limit).position(end);
            count += n;
            check();
        }
        return n;
    }

    /** Bytes that came so far, all of which the hash has been given. */
    long count() {
        return count;
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
        Digest actual = hash.finish();
        if (!actual.equals(diffId)) {
            throw new ImageException(
                    ImageException.Kind.CORRUPT_CONTENT,
                    "the image's configuration says that it unpacks to " + diffId + ", but it is " + actual);
        }
    }
}
