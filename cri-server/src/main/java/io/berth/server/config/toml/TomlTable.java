package io.berth.server.config.toml;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table of a document: keys in the order in which they were written, each with its value and its line. */
public final class TomlTable {
    /**
     * What stands behind a key.
     *
     * @param line of the key, from 1
     */
    public record Entry(TomlValue value, int line) {}

    /** How a table came to be, which decides who may add to it. */
    enum Origin {
        /** Named on the way to another one; a header may still define it. */
        IMPLIED,
        /** By a header. */
        HEADER,
        /** By a dotted key. */
        DOTTED,
        /** In braces: closed for good. */
        INLINE
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private Origin origin;

    TomlTable(Origin origin) {
        this.origin = origin;
    }

    /** All entries, in order; a view that cannot be changed. */
    public Map<String, Entry> entries() {
        return java.util.Collections.unmodifiableMap(entries);
    }

    @Nullable
    Entry get(String key) {
        return entries.get(key);
    }

    void put(String key, TomlValue value, int line) {
        entries.put(key, new Entry(value, line));
    }

    Origin origin() {
        return origin;
    }

    void define(Origin now) {
        origin = now;
    }
}
