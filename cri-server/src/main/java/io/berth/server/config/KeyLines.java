package io.berth.server.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines on which keys stand in a TOML document that is known to be well-formed: the parser keeps no positions. Keys
 * inside inline tables get the line of the value that they are part of.
 */
final class KeyLines {
    private final Map<TomlKey, Integer> lines = new HashMap<>();
    private final String text;
    private int position;
    private int line = 1;
    private TomlKey table = TomlKey.ROOT;

    private KeyLines(String text) {
        this.text = text;
    }

    static KeyLines of(String text) {
        KeyLines lines = new KeyLines(text);
        lines.scan();
        return lines;
    }

    /** The line of a key, or of the nearest table around it; 0 where neither is known. */
    int of(TomlKey key) {
        for (TomlKey candidate = key; !candidate.parts().isEmpty(); candidate = candidate.parent()) {
            Integer found = lines.get(candidate);
            if (found != null) {
                return found;
            }
        }
        return 0;
    }

    private void scan() {
        while (position < text.length()) {
            char character = text.charAt(position);
            if (Character.isWhitespace(character)) {
                advance();
            } else if (character == '#') {
                skipLine();
            } else if (character == '[') {
                while (text.charAt(position) == '[') {
                    advance();
                }
                table = key(TomlKey.ROOT);
                lines.putIfAbsent(table, line);
                skipLine();
            } else {
                int keyLine = line;
                lines.putIfAbsent(key(table), keyLine);
                advance(); // the equals sign
                skipValue();
            }
        }
    }

    /** A dotted key, up to and not over the equals sign or bracket that ends it. */
    private TomlKey key(TomlKey start) {
        TomlKey key = start;
        while (position < text.length()) {
            char character = text.charAt(position);
            if (character == '=' || character == ']') {
                return key;
            }
            if (character == '.' || character == ' ' || character == '\t') {
                advance();
            } else if (character == '"' || character == '\'') {
                int begin = position + 1;
                skipText();
                key = key.child(text.substring(begin, position - 1)
                        .replace("\\\"", "\"")
                        .replace("\\\\", "\\"));
            } else {
                int begin = position;
                while (position < text.length() && ".=] \t\n".indexOf(text.charAt(position)) < 0) {
                    advance();
                }
                if (position == begin) {
                    return key; // cannot be in a well-formed document; never loop
                }
                key = key.child(text.substring(begin, position));
            }
        }
        return key;
    }

    /** Skips to the end of the line that a value ends on; values may span lines inside brackets and triple quotes. */
    private void skipValue() {
        List<Character> open = new ArrayList<>();
        while (position < text.length()) {
            char character = text.charAt(position);
            switch (character) {
                case '"', '\'' -> skipText();
                case '#' -> skipToLineEnd();
                case '[', '{' -> {
                    open.add(character);
                    advance();
                }
                case ']', '}' -> {
                    if (!open.isEmpty()) {
                        open.removeLast();
                    }
                    advance();
                }
                case '\n' -> {
                    advance();
                    if (open.isEmpty()) {
                        return;
                    }
                }
                default -> advance();
            }
        }
    }

    /** Skips a text in quotes of any of the four kinds. */
    private void skipText() {
        char quote = text.charAt(position);
        String triple = String.valueOf(quote).repeat(3);
        boolean isTriple = text.startsWith(triple, position);
        String end = isTriple ? triple : String.valueOf(quote);
        for (int i = 0; i < end.length(); i++) {
            advance();
        }
        while (position < text.length() && !text.startsWith(end, position)) {
            if (quote == '"' && text.charAt(position) == '\\') {
                advance();
            }
            advance();
        }
        for (int i = 0; i < end.length(); i++) {
            advance();
        }
        while (isTriple && position < text.length() && text.charAt(position) == quote) {
            advance(); // quotes of the text itself, right before its end
        }
    }

    private void skipToLineEnd() {
        while (position < text.length() && text.charAt(position) != '\n') {
            advance();
        }
    }

    private void skipLine() {
        skipToLineEnd();
        advance();
    }

    private void advance() {
        if (position < text.length()) {
            if (text.charAt(position) == '\n') {
                line++;
            }
            position++;
        }
    }
}
