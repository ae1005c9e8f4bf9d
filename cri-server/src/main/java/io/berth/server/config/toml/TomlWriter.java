package io.berth.server.config.toml;

import java.util.HexFormat;
import java.util.List;

/** Writes keys and values. */
public final class TomlWriter {
    private TomlWriter() {}

    /** A text in quotes. */
    public static String quoted(String value) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            switch (character) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (character < 0x20 || character == 0x7f) {
                        text.append("\\u").append(HexFormat.of().toHexDigits(character));
                    } else {
                        text.append(character);
                    }
                }
            }
        }
        return text.append('"').toString();
    }

    /** A list of texts. */
    public static String list(List<String> values) {
        StringBuilder text = new StringBuilder("[");
        for (String value : values) {
            text.append(text.length() > 1 ? ", " : "").append(quoted(value));
        }
        return text.append(']').toString();
    }

    /** A key, in quotes where it must be. */
    public static String key(String key) {
        for (int i = 0; i < key.length(); i++) {
            if (!TomlScanner.isBare(key.charAt(i))) {
                return quoted(key);
            }
        }
        return key.isEmpty() ? quoted(key) : key;
    }
}
