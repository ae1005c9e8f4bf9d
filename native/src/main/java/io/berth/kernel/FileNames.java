package io.berth.kernel;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * File names as strings. A name in Linux is bytes without NUL and slash, mostly UTF-8 but not always. A byte that is
 * not part of valid UTF-8 stands in the string as a lone surrogate, U+DC00 plus the byte (the convention of Python's
 * "surrogateescape"), so that every name goes there and back unchanged.
 */
public final class FileNames {
    private static final int ESCAPE = 0xDC00;

    private FileNames() {}

    /** Returns the string for {@code length} bytes of a name from {@code offset} on. */
    public static String decode(byte[] bytes, int offset, int length) {
        for (int index = 0; index < length; index++) {
            if (bytes[offset + index] < 0) {
                return decodeCarefully(ByteBuffer.wrap(bytes, offset, length));
            }
        }
        return new String(bytes, offset, length, StandardCharsets.US_ASCII);
    }

    /** Returns the bytes of a name. */
    public static byte[] encode(String name) {
        byte[] bytes = new byte[name.length() * 3];
        int length = 0;
        for (int index = 0; index < name.length(); ) {
            int point = name.codePointAt(index);
            index += Character.charCount(point);
            if (point < 0x80) {
                bytes[length++] = (byte) point;
            } else if (point >= ESCAPE + 0x80 && point <= ESCAPE + 0xFF) {
                bytes[length++] = (byte) (point - ESCAPE);
            } else if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                bytes[length++] = '?';
            } else if (point < 0x800) {
                bytes[length++] = (byte) (0xC0 | point >> 6);
                bytes[length++] = continuation(point);
            } else if (point < 0x10000) {
                bytes[length++] = (byte) (0xE0 | point >> 12);
                bytes[length++] = continuation(point >> 6);
                bytes[length++] = continuation(point);
            } else {
                bytes[length++] = (byte) (0xF0 | point >> 18);
                bytes[length++] = continuation(point >> 12);
                bytes[length++] = continuation(point >> 6);
                bytes[length++] = continuation(point);
            }
        }
        return Arrays.copyOf(bytes, length);
    }

    private static byte continuation(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }

    private static String decodeCarefully(ByteBuffer bytes) {
        var decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer characters = CharBuffer.allocate(bytes.remaining());
        while (true) {
            var result = decoder.decode(bytes, characters, true);
            if (result.isUnderflow()) {
                return characters.flip().toString();
            }
            for (int count = result.length(); count > 0; count--) {
                characters.put((char) (ESCAPE | (bytes.get() & 0xFF)));
            }
            decoder.reset();
        }
    }
}
