package io.berth.imagefs.tar;

/** Numbers in tar headers: octal text, or base 256 where the first bit is set (GNU, for what octal cannot hold). */
final class TarNumbers {
    private TarNumbers() {}

    static long parse(byte[] buffer, int offset, int length) throws TarException {
        return (buffer[offset] & 0x80) != 0 ? binary(buffer, offset, length) : octal(buffer, offset, length);
    }

    private static long octal(byte[] buffer, int offset, int length) throws TarException {
        int at = offset;
        int end = offset + length;
        while (at < end && (buffer[at] == ' ' || buffer[at] == 0)) {
            at++;
        }
        long value = 0;
        while (at < end && buffer[at] != ' ' && buffer[at] != 0) {
            int digit = buffer[at++] - '0';
            if (digit < 0 || digit > 7 || value >>> 60 != 0) {
                throw new TarException("a number in a tar header is not octal");
            }
            value = (value << 3) | digit;
        }
        return value;
    }

    private static long binary(byte[] buffer, int offset, int length) throws TarException {
        boolean negative = (buffer[offset] & 0x40) != 0;
        long value = negative ? -1 : 0;
        for (int i = 0; i < length; i++) {
            int b = buffer[offset + i] & 0xff;
            if (i == 0) {
                b = negative ? b : b & 0x7f;
            }
            long before = value;
            value = (value << 8) | b;
            if (before != value >> 8) {
                throw new TarException("a number in a tar header is out of range");
            }
        }
        return value;
    }
}
