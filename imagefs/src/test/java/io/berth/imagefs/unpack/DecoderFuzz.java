package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.Hashes;
import io.berth.imagefs.content.PieceSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks any bytes as a layer's blob: they are refused, or give bytes; and where both the machine's library and the
 * JDK inflate them, the same ones.
 */
public final class DecoderFuzz {
    private static final int BUFFER = 4096;
    private static final int LARGEST = 4 << 20;
    /** A size from which on the machine's libraries are used. */
    private static final long LARGE = 64L << 20;

    private DecoderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        byte[] small = unpacked(data, data.length);
        byte[] large = unpacked(data, LARGE);
        if (small != null && large != null && !Arrays.equals(small, large)) {
            throw new IllegalStateException(
                    "one way to unpack gives " + small.length + " bytes, the other " + large.length);
        }
    }

    private static byte @Nullable [] unpacked(byte[] data, long claimedSize) {
        // The blob's own size and digest are right; only the choice of the way goes by what is claimed.
        ContentDescriptor blob = new ContentDescriptor("", Digest.of(data), data.length, null, "");
        ContentDescriptor claimed = new ContentDescriptor("", blob.digest(), claimedSize, null, "");
        try (Arena arena = Arena.ofConfined();
                PackedBlob packed = new PackedBlob(
                        PieceSource.of(
                                new ByteArrayInputStream(data),
                                () -> arena.allocate(BUFFER).asByteBuffer()),
                        blob,
                        new Hashes());
                Decoder decoder = Decompression.open(packed, claimed)) {
            ByteBuffer piece = arena.allocate(BUFFER).asByteBuffer();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            for (int n = decoder.read(piece.clear()); n >= 0; n = decoder.read(piece.clear())) {
                if (n != piece.position()) {
                    throw new IllegalStateException("it says " + n + " bytes and gives " + piece.position());
                }
                byte[] bytes = new byte[n];
                piece.flip().get(bytes);
                out.writeBytes(bytes);
                if (out.size() > LARGEST) {
                    return null;
                }
            }
            packed.drain();
            return out.toByteArray();
        } catch (IOException _) {
            return null;
        } catch (ImageException e) {
            throw new IllegalStateException("its size and digest are right", e);
        }
    }
}
