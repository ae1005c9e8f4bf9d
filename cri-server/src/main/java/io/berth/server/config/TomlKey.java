package io.berth.server.config;

import io.berth.server.config.toml.TomlWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key with the tables that it stands in. */
public record TomlKey(List<String> parts) {
    static final TomlKey ROOT = new TomlKey(List.of());

    public TomlKey {
        parts = List.copyOf(parts);
    }

    TomlKey child(String part) {
        List<String> longer = new ArrayList<>(parts);
        longer.add(part);
        return new TomlKey(longer);
    }

    TomlKey parent() {
        return new TomlKey(parts.subList(0, parts.size() - 1));
    }

    String last() {
        return parts.getLast();
    }

    boolean isBelow(TomlKey table) {
        return parts.size() > table.parts.size()
                && parts.subList(0, table.parts.size()).equals(table.parts);
    }

    // As the compiler would have it, which generates code for it at the daemon's start, in 20 ms.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TomlKey key && parts.equals(key.parts);
    }

    @Override
    public int hashCode() {
        return parts.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String part : parts) {
            text.append(text.isEmpty() ? "" : ".").append(TomlWriter.key(part));
        }
        return text.toString();
    }
}
