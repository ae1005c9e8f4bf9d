package io.berth.imagefs.registry;

import java.util.List;
import java.util.regex.Pattern;

/** Textual encodings of keys and certificates (RFC 7468). */
final class Pem {
    private Pem() {}

    /** The blocks of one kind, as they stand in the text, each with a line's end. */
    static List<String> blocks(String text, String label) {
        String name = Pattern.quote(label);
        return Pattern.compile("-----BEGIN " + name + "-----[^-]*-----END " + name + "-----")
                .matcher(text)
                .results()
                .map(result -> result.group() + "\n")
                .toList();
    }
}
