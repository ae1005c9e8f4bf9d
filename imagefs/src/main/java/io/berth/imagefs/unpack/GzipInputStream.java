package io.berth.imagefs.unpack;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipException;

/**
 * Gzip (RFC 1952) for layers. The JDK's own stream asks {@code available()} whether another member follows, which a
 * network does not know, and inflates half as fast with its small buffer. The members' checksums are not looked at: the
 * layer's diff ID says more. For one thread.
 */
final class GzipInputStream extends FilterInputStream {
    private static final int BUFFER = 128 << 10;
    private static final int TRAILER = 8;
    private static final int MOST_HEADER_TEXT = 1 << 20;
    private static final int FLAG_CHECKSUM = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;
    private static final int FLAGS_RESERVED = 0xE0;

    private final Inflater inflater = new Inflater(true);
    private final byte[] buffer = new byte[BUFFER];
    private int start;
    private int end;
    private boolean inMember;
    private boolean any;
    private boolean ended;

    GzipInputStream(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended) {
            if (!inMember && !beginMember()) {
                ended = true;
                break;
            }
            int n = inflate(target, offset, length);
            if (n > 0) {
                return n;
            }
        }
        return -1;
    }

    private int inflate(byte[] target, int offset, int length) throws IOException {
        try {
            int n = inflater.inflate(target, offset, length);
            if (inflater.finished()) {
                start = end - inflater.getRemaining();
                skip(TRAILER, "checksum");
                inMember = false;
            } else if (n == 0) {
                if (inflater.needsDictionary()) {
                    throw new ZipException("the gzip stream wants a dictionary");
                }
                start = end;
                if (!fill()) {
                    throw new EOFException("the gzip stream ends too early");
                }
                inflater.setInput(buffer, start, end - start);
            }
            return n;
        } catch (DataFormatException e) {
            ZipException broken = new ZipException("the gzip stream is broken: " + e.getMessage());
            broken.initCause(e);
            throw broken;
        }
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
        inflater.reset();
        inflater.setInput(buffer, start, end - start);
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
        return (start < end || fill()) ? buffer[start++] & 0xff : -1;
    }

    private boolean fill() throws IOException {
        start = 0;
        end = 0;
        int n = in.read(buffer, 0, BUFFER);
        if (n <= 0) {
            return false;
        }
        end = n;
        return true;
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    @Override
    public void close() throws IOException {
        inflater.end();
        super.close();
    }
}
