package io.berth.server.config.toml;

import java.util.List;

/** A value of a document. Its text form is for messages. */
public sealed interface TomlValue {
    /** A text. */
    record Text(String value) implements TomlValue {
        @Override
        public String toString() {
            return TomlWriter.quoted(value);
        }
    }

    /** A whole number. */
    record Whole(long value) implements TomlValue {
        @Override
        public String toString() {
            return Long.toString(value);
        }
    }

    /** A truth value. */
    record Flag(boolean value) implements TomlValue {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /** A number with a fraction, a date or a time, as it was written. */
    record Other(String text) implements TomlValue {
        @Override
        public String toString() {
            return text;
        }
    }

    /** A list. */
    record Array(List<TomlValue> elements) implements TomlValue {
        public Array {
            elements = List.copyOf(elements);
        }

        @Override
        public String toString() {
            return "a list";
        }
    }

    /** A table; it may still grow while its document is read. */
    record Nested(TomlTable table) implements TomlValue {
        @Override
        public String toString() {
            return "a table";
        }
    }
}
