package io.berth.server.config.toml;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads documents (https://toml.io/en/v1.0.0). */
public final class TomlParser {
    /** Lists and inline tables in each other. */
    private static final int DEEPEST = 100;

    private final TomlScanner scanner;
    private final TomlTable root = new TomlTable(TomlTable.Origin.HEADER);
    private TomlTable current = root;

    private TomlParser(String text) {
        this.scanner = new TomlScanner(text);
    }

    /**
     * Reads a document.
     *
     * @throws TomlException with the line of the first thing that is wrong
     */
    public static TomlTable parse(String text) {
        TomlParser parser = new TomlParser(text);
        parser.document();
        return parser.root;
    }

    private void document() {
        scanner.skipLines();
        while (scanner.peek() != TomlScanner.END) {
            if (scanner.peek() == '[') {
                header();
            } else {
                pair(current, 0);
            }
            scanner.endLine();
            scanner.skipLines();
        }
    }

    // ---------------------------------------------------------------- tables

    private void header() {
        int line = scanner.line();
        scanner.next();
        boolean isOfArray = scanner.peek() == '[';
        if (isOfArray) {
            scanner.next();
        }
        List<String> key = key();
        scanner.expect(']', "after the table's name");
        if (isOfArray) {
            scanner.expect(']', "after the name of a list of tables");
        }
        TomlTable parent = root;
        for (String part : key.subList(0, key.size() - 1)) {
            parent = step(parent, part, line, TomlTable.Origin.IMPLIED);
        }
        current = isOfArray ? element(parent, key, line) : defined(parent, key, line);
    }

    private TomlTable defined(TomlTable parent, List<String> key, int line) {
        TomlTable.Entry entry = parent.get(key.getLast());
        if (entry == null) {
            TomlTable table = new TomlTable(TomlTable.Origin.HEADER);
            parent.put(key.getLast(), new TomlValue.Nested(table), line);
            return table;
        }
        if (entry.value() instanceof TomlValue.Nested(TomlTable table) && table.origin() == TomlTable.Origin.IMPLIED) {
            table.define(TomlTable.Origin.HEADER);
            return table;
        }
        throw new TomlException(line, name(key) + " is there already, on line " + entry.line());
    }

    private static TomlTable element(TomlTable parent, List<String> key, int line) {
        TomlTable table = new TomlTable(TomlTable.Origin.HEADER);
        TomlTable.Entry entry = parent.get(key.getLast());
        List<TomlValue> elements = new ArrayList<>();
        if (entry != null) {
            if (!(entry.value() instanceof TomlValue.Array(List<TomlValue> before)) || !isOfHeaders(before)) {
                throw new TomlException(line, name(key) + " is there already, on line " + entry.line());
            }
            elements.addAll(before);
        }
        elements.add(new TomlValue.Nested(table));
        parent.put(key.getLast(), new TomlValue.Array(elements), entry == null ? line : entry.line());
        return table;
    }

    /** Whether a list came to be by headers; one in brackets is closed. */
    private static boolean isOfHeaders(List<TomlValue> elements) {
        return !elements.isEmpty()
                && elements.getLast() instanceof TomlValue.Nested(TomlTable table)
                && table.origin() != TomlTable.Origin.INLINE;
    }

    /** The table of one part of a name, made when it is not there. */
    private static TomlTable step(TomlTable parent, String part, int line, TomlTable.Origin origin) {
        TomlTable.Entry entry = parent.get(part);
        if (entry == null) {
            TomlTable table = new TomlTable(origin);
            parent.put(part, new TomlValue.Nested(table), line);
            return table;
        }
        boolean isDotted = origin == TomlTable.Origin.DOTTED;
        if (entry.value() instanceof TomlValue.Nested(TomlTable table)
                && table.origin() != TomlTable.Origin.INLINE
                && (!isDotted || table.origin() == TomlTable.Origin.DOTTED)) {
            return table;
        }
        if (!isDotted
                && entry.value() instanceof TomlValue.Array(List<TomlValue> elements)
                && !elements.isEmpty()
                && elements.getLast() instanceof TomlValue.Nested(TomlTable table)
                && table.origin() != TomlTable.Origin.INLINE) {
            return table;
        }
        throw new TomlException(line, TomlWriter.key(part) + " is there already, on line " + entry.line());
    }

    // ---------------------------------------------------------------- keys and values

    private void pair(TomlTable table, int depth) {
        int line = scanner.line();
        List<String> key = key();
        scanner.expect('=', "after the key " + name(key));
        scanner.skipBlanks();
        TomlTable owner = table;
        for (String part : key.subList(0, key.size() - 1)) {
            owner = step(owner, part, line, TomlTable.Origin.DOTTED);
        }
        TomlTable.Entry before = owner.get(key.getLast());
        if (before != null) {
            throw new TomlException(line, name(key) + " is there already, on line " + before.line());
        }
        owner.put(key.getLast(), value(depth), line);
    }

    private List<String> key() {
        List<String> parts = new ArrayList<>();
        do {
            scanner.skipBlanks();
            if (scanner.peek() == '"' || scanner.peek() == '\'') {
                parts.add(scanner.quotedText(false));
            } else {
                String word = scanner.word(false);
                if (word.isEmpty()) {
                    throw scanner.error("expected a key, found " + scanner.found());
                }
                parts.add(word);
            }
            scanner.skipBlanks();
        } while (scanner.skip("."));
        return parts;
    }

    private TomlValue value(int depth) {
        if (depth > DEEPEST) {
            throw scanner.error("lists and tables are nested too deeply");
        }
        return switch (scanner.peek()) {
            case '"', '\'' -> new TomlValue.Text(scanner.quotedText(true));
            case '[' -> array(depth);
            case '{' -> inlineTable(depth);
            default -> word();
        };
    }

    private TomlValue array(int depth) {
        scanner.next();
        List<TomlValue> elements = new ArrayList<>();
        scanner.skipLines();
        while (scanner.peek() != ']') {
            elements.add(value(depth + 1));
            scanner.skipLines();
            if (scanner.peek() != ']') {
                scanner.expect(',', "or ] after an element of a list");
                scanner.skipLines();
            }
        }
        scanner.next();
        return new TomlValue.Array(elements);
    }

    private TomlValue inlineTable(int depth) {
        scanner.next();
        TomlTable table = new TomlTable(TomlTable.Origin.DOTTED);
        scanner.skipBlanks();
        boolean isFirst = true;
        while (isFirst ? scanner.peek() != '}' : !scanner.skip("}")) {
            if (!isFirst) {
                scanner.expect(',', "or } after a value of an inline table");
            }
            pair(table, depth + 1);
            scanner.skipBlanks();
            isFirst = false;
        }
        if (isFirst) {
            scanner.next();
        }
        close(table);
        return new TomlValue.Nested(table);
    }

    /** Nobody adds to an inline table from outside, nor to those inside it. */
    private static void close(TomlTable table) {
        table.define(TomlTable.Origin.INLINE);
        for (TomlTable.Entry entry : table.entries().values()) {
            if (entry.value() instanceof TomlValue.Nested(TomlTable inner)) {
                close(inner);
            }
        }
    }

    private TomlValue word() {
        String word = scanner.word(true);
        if (word.isEmpty()) {
            throw scanner.error("expected a value, found " + scanner.found());
        }
        if (word.equals("true") || word.equals("false")) {
            return new TomlValue.Flag(word.equals("true"));
        }
        Long whole = WholeNumbers.parse(word);
        if (whole != null) {
            return new TomlValue.Whole(whole);
        }
        if (Forms.FRACTION.matcher(word).matches() || Forms.MOMENT.matcher(word).matches()) {
            return new TomlValue.Other(word);
        }
        throw scanner.error(word + " is no value (a text needs quotes)");
    }

    private static String name(List<String> key) {
        StringBuilder text = new StringBuilder();
        for (String part : key) {
            text.append(text.isEmpty() ? "" : ".").append(TomlWriter.key(part));
        }
        return text.toString();
    }

    /** Only loaded for a document that has such values. */
    private static final class Forms {
        private static final String DIGITS = "[0-9](_?[0-9])*";
        private static final String EXPONENT = "[eE][+-]?" + DIGITS;
        private static final Pattern FRACTION = Pattern.compile(
                "[+-]?(inf|nan|(0|[1-9](_?[0-9])*)(\\." + DIGITS + "(" + EXPONENT + ")?|" + EXPONENT + "))");
        private static final String DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
        private static final String TIME = "[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?";
        private static final Pattern MOMENT =
                Pattern.compile(DATE + "([Tt]" + TIME + "([Zz]|[+-][0-9]{2}:[0-9]{2})?)?|" + TIME);
    }
}
