package io.berth.imagefs.unpack;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.ZipException;

/**
 * Gzip (RFC 1952) for layers: members one after the other, as far as the blob goes. Whether the members' checksums are
 * looked at is the inflation's choice: the layer's diff ID says more. For one thread.
 */
final class GzipDecoder implements Decoder {
    private static final int MOST_HEADER_TEXT = 1 << 20;
    private static final int FLAG_CHECKSUM = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xE0;

    private final PackedBlob blob;
    private final Inflation inflation;
    private boolean inMember;
    private boolean any;
    private boolean ended;

    GzipDecoder(PackedBlob blob, Inflation inflation) {
        this.blob = blob;
        this.inflation = inflation;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        if (!target.hasRemaining()) {
            return 0;
        }
        while (!ended) {
            if (!inMember && !beginMember()) {
                ended = true;
                break;
            }
            int n = inflate(target);
            if (n > 0) {
                return n;
            }
        }
        return -1;
    }

    private int inflate(ByteBuffer target) throws IOException {
        int before = target.position();
        int left = blob.buffer().remaining();
        try {
            inflation.inflate(blob.buffer(), target);
        } catch (DataFormatException e) {
            ZipException broken = new ZipException("the gzip stream is broken: " + e.getMessage());
            broken.initCause(e);
            throw broken;
        }
        int n = target.position() - before;
        if (inflation.isFinished()) {
            skip(inflation.trailer(), "checksum");
            inMember = false;
        } else if (n == 0) {
            boolean stuck = left > 0 && blob.buffer().remaining() == left;
            if (stuck || !blob.fill()) {
                throw new EOFException("the gzip stream ends too early");
            }
        }
        return n;
    }

    /** Reads a member's header; false at the end of the stream. Zeros after a member are padding (of tapes, once). */
    private boolean beginMember() throws IOException {
        int first = next();
        while (any && first == 0) {
            first = next();
        }
        if (first < 0) {
            if (!any) {
                throw new EOFException("the gzip stream is empty");
            }
            return false;
        }
        if (first != 0x1f || next() != 0x8b || next() != 8) {
            throw new ZipException(any ? "garbage follows the gzip stream" : "it is no gzip stream");
        }
        int flags = required("header");
        if ((flags & FLAGS_RESERVED) != 0) {
            throw new ZipException("the gzip stream has unknown flags");
        }
        skip(6, "header");
        if ((flags & FLAG_EXTRA) != 0) {
            int low = required("header");
            skip(low | (required("header") << 8), "header");
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText();
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText();
        }
        if ((flags & FLAG_CHECKSUM) != 0) {
            skip(2, "header");
        }
        inflation.begin();
        inMember = true;
        any = true;
        return true;
    }

    private void skipText() throws IOException {
        for (int i = 0; i < MOST_HEADER_TEXT; i++) {
            if (required("header") == 0) {
                return;
            }
        }
        throw new ZipException("the gzip stream's header does not end");
    }

    private void skip(int count, String part) throws IOException {
        for (int i = 0; i < count; i++) {
            required(part);
        }
    }

    private int required(String part) throws IOException {
        int b = next();
        if (b < 0) {
            throw new EOFException("the gzip stream ends in its " + part);
        }
        return b;
    }

    private int next() throws IOException {
        return blob.fill() ? blob.buffer().get() & 0xff : -1;
    }

    @Override
    public void close() {
        inflation.close();
    }
}
