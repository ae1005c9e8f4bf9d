package io.berth.imagefs.unpack;

import com.github.luben.zstd.ZstdDirectBufferDecompressingStreamNoFinalizer;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Zstandard (RFC 8878) for layers: frames one after the other, as far as the blob goes. For one thread. */
final class ZstdDecoder implements Decoder {
    /** 8 MiB windows are what the format's specification asks decoders for; zstd's own highest level uses 128 MiB. */
    private static final int LARGEST_WINDOW_LOG = 27;

    private final PackedBlob blob;
    private final Frames frames;

    ZstdDecoder(PackedBlob blob) throws IOException {
        this.blob = blob;
        this.frames = new Frames();
        frames.setLongMax(LARGEST_WINDOW_LOG);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int before = target.position();
        try {
            while (frames.hasRemaining() && target.position() == before) {
                boolean ended = !blob.fill();
                frames.read(target);
                if (ended && target.position() == before && frames.hasRemaining()) {
                    throw new EOFException("the zstd stream ends too early");
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return target.position() == before ? -1 : target.position() - before;
    }

    @Override
    public void close() {
        frames.close();
    }

    private final class Frames extends ZstdDirectBufferDecompressingStreamNoFinalizer {
        Frames() {
            super(blob.buffer());
        }

        /** Called when all was taken. */
        @Override
        protected ByteBuffer refill(ByteBuffer empty) {
            try {
                blob.fill();
                return blob.buffer();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
