package io.berth.e2e.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes tar archives (POSIX ustar with pax headers) without judging what they hold: names that climb out, links that
 * lead out and sizes that lie are what hostile layers are made of. Every entry has the same time, so archives are
 * deterministic.
 */
public final class TarWriter {
    private static final int BLOCK = 512;
    private static final long TIME = 1_700_000_000;
    private static final byte[] ZEROS = new byte[1 << 16];

    private final OutputStream out;

    TarWriter(OutputStream out) {
        this.out = out;
    }

    public TarWriter directory(String name, int mode) {
        return entry('5', name, "", mode, 0, 0, 0, 0, 0);
    }

    public TarWriter directory(String name, int mode, int uid, int gid) {
        return entry('5', name, "", mode, uid, gid, 0, 0, 0);
    }

    public TarWriter file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8), 0644);
    }

    public TarWriter file(String name, byte[] content, int mode) {
        return file(name, content, mode, 0, 0);
    }

    public TarWriter file(String name, byte[] content, int mode, int uid, int gid) {
        entry('0', name, "", mode, uid, gid, content.length, 0, 0);
        return raw(content).pad(content.length);
    }

    /** A file of zero bytes, written as a stream: it may be larger than memory. */
    public TarWriter zeros(String name, long size) {
        entry('0', name, "", 0644, 0, 0, size, 0, 0);
        for (long left = size; left > 0; left -= ZEROS.length) {
            raw(left < ZEROS.length ? Arrays.copyOf(ZEROS, (int) left) : ZEROS);
        }
        return pad(size);
    }

    public TarWriter symbolicLink(String name, String target) {
        return entry('2', name, target, 0777, 0, 0, 0, 0, 0);
    }

    public TarWriter hardLink(String name, String target) {
        return entry('1', name, target, 0755, 0, 0, 0, 0, 0);
    }

    public TarWriter characterDevice(String name, int major, int minor) {
        return entry('3', name, "", 0666, 0, 0, 0, major, minor);
    }

    public TarWriter fifo(String name) {
        return entry('6', name, "", 0644, 0, 0, 0, 0, 0);
    }

    /** Pax records for the entry that follows: {@code path}, {@code SCHILY.xattr.user.x} and the like. */
    public TarWriter pax(Map<String, String> records) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        records.forEach((key, value) -> body.writeBytes(paxRecord(key, value)));
        entry('x', "pax", "", 0644, 0, 0, body.size(), 0, 0);
        return raw(body.toByteArray()).pad(body.size());
    }

    /** Bytes as they are: for archives that are none. */
    public TarWriter raw(byte[] bytes) {
        try {
            out.write(bytes);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return this;
    }

    /** A file's header that promises more than follows it. */
    public TarWriter headerOnly(String name, long promisedSize) {
        return entry('0', name, "", 0644, 0, 0, promisedSize, 0, 0);
    }

    void finish() {
        raw(new byte[2 * BLOCK]);
    }

    void flush() throws IOException {
        out.flush();
    }

    private static byte[] paxRecord(String key, String value) {
        int bare = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8).length;
        int total = bare + Integer.toString(bare).length();
        if (Integer.toString(total).length() > Integer.toString(bare).length()) {
            total++;
        }
        return (total + " " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private TarWriter pad(long size) {
        int over = (int) (size % BLOCK);
        return over == 0 ? this : raw(new byte[BLOCK - over]);
    }

    private TarWriter entry(
            char type, String name, String link, int mode, int uid, int gid, long size, int major, int minor) {
        byte[] header = new byte[BLOCK];
        text(header, 0, 100, name);
        octal(header, 100, 8, mode);
        octal(header, 108, 8, uid);
        octal(header, 116, 8, gid);
        octal(header, 124, 12, size);
        octal(header, 136, 12, TIME);
        header[156] = (byte) type;
        text(header, 157, 100, link);
        text(header, 257, 6, "ustar");
        text(header, 263, 2, "00");
        octal(header, 329, 8, major);
        octal(header, 337, 8, minor);
        Arrays.fill(header, 148, 156, (byte) ' ');
        int sum = 0;
        for (byte b : header) {
            sum += Byte.toUnsignedInt(b);
        }
        octal(header, 148, 7, sum);
        return raw(header);
    }

    private static void text(byte[] header, int offset, int length, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > length) {
            throw new IllegalArgumentException("longer than " + length + " bytes, needs a pax record: " + text);
        }
        System.arraycopy(bytes, 0, header, offset, bytes.length);
    }

    private static void octal(byte[] header, int offset, int length, long value) {
        String digits = Long.toOctalString(value);
        if (digits.length() > length - 1) {
            throw new IllegalArgumentException(value + " does not fit into " + length + " octal digits");
        }
        text(header, offset, length, "0".repeat(length - 1 - digits.length()) + digits);
    }
}
