package io.berth.imagefs.unpack;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.PullLimits;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.Hash;
import io.berth.imagefs.content.Hashes;
import io.berth.imagefs.content.PieceSource;
import io.berth.imagefs.content.Texts;
import io.berth.imagefs.tar.TarEntry;
import io.berth.imagefs.tar.TarException;
import io.berth.imagefs.tar.TarLimits;
import io.berth.imagefs.tar.TarReader;
import io.berth.kernel.Descriptor;
import io.berth.kernel.SystemCalls;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.zip.ZipException;

/**
 * Takes a layer from its compressed stream to files in one pass: hash, decompress, hash again, write. What it leaves in
 * the directory when it fails is the caller's to delete. Any thread, one layer at a time each.
 */
public final class LayerUnpacker {
    /** Of what is packed and of what is unpacked: large enough for large writes, small enough for the cache. */
    private static final int BUFFER = 256 << 10;
    /** Of all layers under way: some 120,000 directories. */
    private static final long PATH_MEMORY = 24L << 20;

    private final SystemCalls calls;
    private final PullLimits limits;
    private final LongConsumer written;
    private final PathMemory paths;
    private final Hashes hashes = new Hashes();

    /**
     * Prepares.
     *
     * @param written is told of each file's bytes, by the thread that unpacks
     */
    public LayerUnpacker(SystemCalls calls, PullLimits limits, LongConsumer written) {
        this.calls = calls;
        this.limits = limits;
        this.written = written;
        this.paths = new PathMemory(PATH_MEMORY);
    }

    /**
     * Unpacks.
     *
     * @param blob the layer as it comes; closed in the end
     * @param layer what the manifest says of it
     * @param diffId what the configuration says of it
     * @param directory an empty directory on the file system that will keep it
     * @param cancelled asked now and then
     */
    public UnpackedLayer unpack(
            InputStream blob, ContentDescriptor layer, Digest diffId, Descriptor directory, BooleanSupplier cancelled) {
        try (blob;
                Arena arena = Arena.ofConfined();
                PackedBlob packed = new PackedBlob(PieceSource.of(blob, () -> buffer(arena)), layer, hashes);
                Decoder decoder = Decompression.open(packed, layer);
                Hash hash = hashes.like(diffId, layer.size());
                LayerWriter writer = new LayerWriter(calls, directory, paths.share())) {
            TarStream tar =
                    new TarStream(decoder, packed, diffId, hash, limits.layerBytes(), limits.expansion(), cancelled);
            BufferRing unpacked = new BufferRing(hash, tar::count, () -> buffer(arena));
            write(new TarReader(tar, unpacked, tarLimits()), writer);
            while (tar.read(unpacked.get()) >= 0) {
                // the tar's end is not the stream's
            }
            packed.drain();
            tar.verify();
            return writer.finish();
        } catch (ImageException e) {
            throw e.during("layer " + layer.digest());
        } catch (IOException e) {
            throw failure(layer, e);
        }
    }

    private TarLimits tarLimits() {
        return new TarLimits(limits.layerBytes(), limits.pathBytes(), limits.attributeBytes());
    }

    private static ByteBuffer buffer(Arena arena) {
        return arena.allocate(BUFFER).asByteBuffer();
    }

    private void write(TarReader reader, LayerWriter writer) throws IOException {
        long entries = 0;
        for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
            if (++entries > limits.layerEntries()) {
                throw new ImageException(
                        ImageException.Kind.LIMIT_EXCEEDED, "it has more than " + limits.layerEntries() + " entries");
            }
            writer.apply(entry, reader);
            written.accept(entry.size());
        }
    }

    private static ImageException failure(ContentDescriptor layer, IOException e) {
        ImageException.Kind kind = switch (e) {
            case TarException tar ->
                tar.isLimit() ? ImageException.Kind.LIMIT_EXCEEDED : ImageException.Kind.INVALID_CONTENT;
            case ZipException _, EOFException _, com.github.luben.zstd.ZstdIOException _ ->
                ImageException.Kind.INVALID_CONTENT;
            case java.net.SocketTimeoutException _ -> ImageException.Kind.DEADLINE_EXCEEDED;
            default -> ImageException.Kind.UNAVAILABLE;
        };
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new ImageException(kind, "layer " + layer.digest() + ": " + Texts.shortened(reason), e);
    }
}
