package io.berth.e2e.image;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.function.Consumer;

/**
 * A layer: the packed archive with its digest, and the digest of the archive itself.
 *
 * @param diffId digest of the archive before it was packed
 */
public record Layer(ByteString blob, String digest, String diffId, Compression compression) {
    /** Packs what the consumer writes. */
    public static Layer of(Compression compression, Consumer<TarWriter> content) {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        MessageDigest archiveDigest = Digests.sha256();
        try (OutputStream packed = compression.wrap(blob);
                OutputStream archive = new DigestOutputStream(packed, archiveDigest)) {
            TarWriter writer = new TarWriter(archive);
            content.accept(writer);
            writer.finish();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        ByteString bytes = ByteString.copyFrom(blob.toByteArray());
        return new Layer(bytes, Digests.of(bytes.toByteArray()), Digests.text(archiveDigest.digest()), compression);
    }

    /** As {@link #of(Compression, Consumer)}, with gzip. */
    public static Layer of(Consumer<TarWriter> content) {
        return of(Compression.GZIP, content);
    }

    /** The same bytes under a diff ID that is not theirs. */
    public Layer claiming(String falseDiffId) {
        return new Layer(blob, digest, falseDiffId, compression);
    }
}
