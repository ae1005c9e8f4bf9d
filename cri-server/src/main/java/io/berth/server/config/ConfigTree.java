package io.berth.server.config;

import io.berth.server.config.toml.TomlTable;
import io.berth.server.config.toml.TomlValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values of all files, each with its origin; a later file replaces single values of earlier ones. */
final class ConfigTree {
    static final ConfigTree EMPTY = new ConfigTree(Map.of());

    /** A value that is no table, or an empty table. */
    record Leaf(TomlValue value, Origin origin) {}

    private final Map<TomlKey, Leaf> leaves;

    private ConfigTree(Map<TomlKey, Leaf> leaves) {
        this.leaves = leaves;
    }

    /** This tree under a file's values. */
    ConfigTree with(TomlTable document, Path file) {
        Map<TomlKey, Leaf> merged = new LinkedHashMap<>(leaves);
        add(merged, TomlKey.ROOT, document, file);
        return new ConfigTree(merged);
    }

    private static void add(Map<TomlKey, Leaf> leaves, TomlKey key, TomlTable table, Path file) {
        table.entries().forEach((name, entry) -> {
            TomlKey its = key.child(name);
            if (entry.value() instanceof TomlValue.Nested(TomlTable nested)
                    && !nested.entries().isEmpty()) {
                add(leaves, its, nested, file);
            } else {
                leaves.put(its, new Leaf(entry.value(), new Origin(file, entry.line())));
            }
        });
    }

    @Nullable
    Leaf leaf(TomlKey key) {
        return leaves.get(key);
    }

    Map<TomlKey, Leaf> leaves() {
        return leaves;
    }
}
