package io.berth.server.config.toml;

/** The characters of a document, with the line that they are on, and its texts in quotes. */
final class TomlScanner {
    static final int END = -1;

    private final String text;
    private int position;
    private int line = 1;

    TomlScanner(String text) {
        this.text = text;
    }

    int line() {
        return line;
    }

    /** The character at the position, or {@link #END}. */
    int peek() {
        return position < text.length() ? text.charAt(position) : END;
    }

    int next() {
        int character = peek();
        if (character == END) {
            throw error("the file ends too early");
        }
        position++;
        if (character == '\n') {
            line++;
        }
        return character;
    }

    boolean skip(String expected) {
        if (!text.startsWith(expected, position)) {
            return false;
        }
        for (int i = 0; i < expected.length(); i++) {
            next();
        }
        return true;
    }

    void expect(char expected, String where) {
        if (peek() != expected) {
            throw error("expected " + expected + " " + where + ", found " + found());
        }
        next();
    }

    TomlException error(String reason) {
        return new TomlException(line, reason);
    }

    /** The next character for a message. */
    String found() {
        int character = peek();
        return character == END
                ? "the end of the file"
                : character == '\n' || character == '\r' ? "the end of the line" : "\"" + (char) character + "\"";
    }

    void skipBlanks() {
        while (peek() == ' ' || peek() == '\t') {
            next();
        }
    }

    /** Blanks, line ends and comments. */
    void skipLines() {
        while (true) {
            skipBlanks();
            if (peek() == '#') {
                skipComment();
            } else if (!skipLineEnd()) {
                return;
            }
        }
    }

    /** After a key's value or a header: nothing more may be on the line but a comment. */
    void endLine() {
        skipBlanks();
        skipComment();
        if (peek() != END && !skipLineEnd()) {
            throw error("expected the end of the line, found " + found());
        }
    }

    private void skipComment() {
        if (peek() == '#') {
            while (peek() != END && peek() != '\n' && !text.startsWith("\r\n", position)) {
                refuseControl(next());
            }
        }
    }

    private boolean skipLineEnd() {
        return skip("\n") || skip("\r\n");
    }

    static boolean isBare(int character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '_'
                || character == '-';
    }

    /** A word of the characters that keys, numbers, dates and truth values are made of; may be empty. */
    String word(boolean isValue) {
        int begin = position;
        while (isBare(peek()) || (isValue && (peek() == '+' || peek() == '.' || peek() == ':'))) {
            next();
        }
        return text.substring(begin, position);
    }

    /** A text in quotes of any of the four kinds; the position is at the first quote. */
    String quotedText(boolean mayHaveLines) {
        char quote = (char) peek();
        String triple = String.valueOf(quote).repeat(3);
        if (mayHaveLines && skip(triple)) {
            skipLineEnd();
            return lines(quote, triple);
        }
        next();
        StringBuilder value = new StringBuilder();
        while (peek() != quote) {
            if (peek() == '\n' || peek() == '\r' || peek() == END) {
                throw error("a text has no closing " + quote);
            }
            character(value, quote);
        }
        next();
        return value.toString();
    }

    private String lines(char quote, String triple) {
        StringBuilder value = new StringBuilder();
        int begin = line;
        while (!text.startsWith(triple, position)) {
            if (peek() == END) {
                throw new TomlException(begin, "a text has no closing " + triple);
            }
            if (skipLineEnd()) {
                value.append('\n');
            } else if (quote == '"' && endsLine()) {
                next();
                skipBlanksAndLineEnds();
            } else {
                character(value, quote);
            }
        }
        skip(triple);
        // One or two quotes before the closing three are part of the text.
        for (int i = 0; i < 2 && peek() == quote; i++) {
            value.append((char) next());
        }
        return value.toString();
    }

    /** Whether this is a backslash with nothing but blanks behind it on its line. */
    private boolean endsLine() {
        if (peek() != '\\') {
            return false;
        }
        int ahead = position + 1;
        while (ahead < text.length() && (text.charAt(ahead) == ' ' || text.charAt(ahead) == '\t')) {
            ahead++;
        }
        return text.startsWith("\n", ahead) || text.startsWith("\r\n", ahead);
    }

    private void skipBlanksAndLineEnds() {
        do {
            skipBlanks();
        } while (skipLineEnd());
    }

    private void character(StringBuilder value, char quote) {
        if (quote == '"' && peek() == '\\') {
            next();
            escape(value);
        } else {
            value.append((char) refuseControl(next()));
        }
    }

    private int refuseControl(int character) {
        if ((character < 0x20 && character != '\t') || character == 0x7f) {
            throw error("a control character (" + character + ") that must be escaped");
        }
        return character;
    }

    private void escape(StringBuilder value) {
        int character = next();
        switch (character) {
            case 'b' -> value.append('\b');
            case 't' -> value.append('\t');
            case 'n' -> value.append('\n');
            case 'f' -> value.append('\f');
            case 'r' -> value.append('\r');
            case '"' -> value.append('"');
            case '\\' -> value.append('\\');
            case 'u' -> value.appendCodePoint(codePoint(4));
            case 'U' -> value.appendCodePoint(codePoint(8));
            default -> throw error("unknown escape \\" + (char) character + " (a backslash itself is \\\\)");
        }
    }

    private int codePoint(int digits) {
        long code = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw error("a character's code needs " + digits + " hexadecimal digits");
            }
            code = code * 16 + digit;
        }
        if (code > Character.MAX_CODE_POINT || (code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE)) {
            throw error("there is no character of this code");
        }
        return (int) code;
    }
}
