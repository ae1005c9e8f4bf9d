package io.berth.imagefs.unpack;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.berth.imagefs.content.MediaTypes.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/** Finds out how a layer is packed from its first bytes, as tools get the media type wrong, and unpacks it. */
final class Decompression {
    private static final int MAGIC = 4;
    /** 8 MiB windows are what the format's specification asks decoders for; zstd's own highest level uses 128 MiB. */
    private static final int LARGEST_WINDOW_LOG = 27;

    private Decompression() {}

    static InputStream open(InputStream packed) throws IOException {
        PushbackInputStream in = new PushbackInputStream(packed, MAGIC);
        byte[] magic = in.readNBytes(MAGIC);
        in.unread(magic);
        return switch (detect(magic)) {
            case GZIP -> new GzipInputStream(in);
            case ZSTD ->
                new ZstdInputStreamNoFinalizer(in, RecyclingBufferPool.INSTANCE).setLongMax(LARGEST_WINDOW_LOG);
            case NONE -> in;
        };
    }

    static Compression detect(byte[] magic) {
        if (magic.length < MAGIC) {
            return Compression.NONE;
        }
        int number =
                (magic[0] & 0xff) | ((magic[1] & 0xff) << 8) | ((magic[2] & 0xff) << 16) | ((magic[3] & 0xff) << 24);
        if ((number & 0xffffff) == 0x088b1f) {
            return Compression.GZIP;
        }
        boolean skippable = (number & 0xfffffff0) == 0x184d2a50;
        return number == 0xfd2fb528 || skippable ? Compression.ZSTD : Compression.NONE;
    }
}
