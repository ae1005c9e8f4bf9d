package io.berth.imagefs.unpack;

import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.MediaTypes.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds out how a layer is packed from its first bytes, as tools get the media type wrong, and unpacks it. */
final class Decompression {
    private static final int MAGIC = 4;

    private Decompression() {}

    static Decoder open(PackedBlob blob, ContentDescriptor descriptor) throws IOException {
        return switch (detect(blob.beginning(MAGIC))) {
            case GZIP -> new GzipDecoder(blob, Inflation.forSize(descriptor.size()));
            case ZSTD -> new ZstdDecoder(blob);
            case NONE -> new Decoder.Plain(blob);
        };
    }

    private static Compression detect(ByteBuffer start) {
        if (start.remaining() < MAGIC) {
            return Compression.NONE;
        }
        int number = start.duplicate().order(ByteOrder.LITTLE_ENDIAN).getInt(start.position());
        if ((number & 0xffffff) == 0x088b1f) {
            return Compression.GZIP;
        }
        boolean skippable = (number & 0xfffffff0) == 0x184d2a50;
        return number == 0xfd2fb528 || skippable ? Compression.ZSTD : Compression.NONE;
    }
}
