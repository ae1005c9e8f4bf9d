package io.berth.imagefs.tar;

import io.berth.kernel.FileNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of a PAX extended header (POSIX.1-2001): {@code LENGTH KEY=VALUE\n}, values are bytes. */
final class PaxRecords {
    private static final int MOST_RECORDS = 100_000;
    private static final String ATTRIBUTE = "SCHILY.xattr.";

    private final Map<String, byte[]> values = new HashMap<>();
    /** Offsets and lengths of GNU's sparse format 0.0, which repeats its keys. */
    private final List<String> repeatedSparse = new ArrayList<>();

    static PaxRecords parse(byte[] content) throws TarException {
        PaxRecords records = new PaxRecords();
        int at = 0;
        int count = 0;
        while (at < content.length) {
            int space = at;
            int length = 0;
            while (space < content.length && content[space] != ' ') {
                int digit = content[space++] - '0';
                if (digit < 0 || digit > 9 || length > content.length) {
                    throw new TarException("an extended header's record has no proper length");
                }
                length = length * 10 + digit;
            }
            int end = at + length;
            if (length < 5 || end > content.length || end <= space + 1 || content[end - 1] != '\n') {
                throw new TarException("an extended header's record has a wrong length");
            }
            if (++count > MOST_RECORDS) {
                throw TarException.limit("an extended header with more than " + MOST_RECORDS + " records");
            }
            records.add(content, space + 1, end - 1);
            at = end;
        }
        return records;
    }

    private void add(byte[] content, int start, int end) throws TarException {
        int equals = start;
        while (equals < end && content[equals] != '=') {
            equals++;
        }
        if (equals == end || equals == start) {
            throw new TarException("an extended header's record has no key");
        }
        String key = FileNames.decode(content, start, equals - start);
        byte[] value = java.util.Arrays.copyOfRange(content, equals + 1, end);
        if (key.equals("GNU.sparse.offset") || key.equals("GNU.sparse.numbytes")) {
            repeatedSparse.add(new String(value, StandardCharsets.US_ASCII));
        } else if (value.length == 0 && !key.startsWith(ATTRIBUTE)) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }

    /** A value as text, or null. */
    @Nullable
    String text(String key) throws TarException {
        byte[] value = values.get(key);
        if (value == null) {
            return null;
        }
        for (byte b : value) {
            if (b == 0) {
                throw new TarException("the extended header's \"" + key + "\" holds a NUL");
            }
        }
        return FileNames.decode(value, 0, value.length);
    }

    /** A decimal number, or {@code otherwise} where it is absent. */
    long number(String key, long otherwise) throws TarException {
        String text = text(key);
        return text == null ? otherwise : decimal(text, key);
    }

    List<String> repeatedSparse() {
        return repeatedSparse;
    }

    /** Extended attributes by name. */
    Map<String, byte[]> attributes() {
        Map<String, byte[]> attributes = new HashMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(ATTRIBUTE) && key.length() > ATTRIBUTE.length()) {
                attributes.put(key.substring(ATTRIBUTE.length()), value);
            }
        });
        return attributes;
    }

    static long decimal(String text, String what) throws TarException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new TarException("the extended header's \"" + what + "\" is not a number");
        }
    }
}
