package io.berth.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of all files, each with its origin; a later file replaces single values of earlier ones. */
final class ConfigTree {
    static final ConfigTree EMPTY = new ConfigTree(Map.of());

    /** A value that is no table. */
    record Leaf(JsonNode value, Origin origin) {}

    private final Map<TomlKey, Leaf> leaves;

    private ConfigTree(Map<TomlKey, Leaf> leaves) {
        this.leaves = leaves;
    }

    /** This tree under a file's values. */
    ConfigTree with(JsonNode document, Path file, Function<TomlKey, Integer> lines) {
        Map<TomlKey, Leaf> merged = new LinkedHashMap<>(leaves);
        add(merged, TomlKey.ROOT, document, file, lines);
        return new ConfigTree(merged);
    }

    private static void add(
            Map<TomlKey, Leaf> leaves, TomlKey key, JsonNode node, Path file, Function<TomlKey, Integer> lines) {
        if (node.isObject() && (!node.isEmpty() || key.equals(TomlKey.ROOT))) {
            node.properties().forEach(entry -> add(leaves, key.child(entry.getKey()), entry.getValue(), file, lines));
        } else {
            leaves.put(key, new Leaf(node, new Origin(file, lines.apply(key))));
        }
    }

    @Nullable
    Leaf leaf(TomlKey key) {
        return leaves.get(key);
    }

    Map<TomlKey, Leaf> leaves() {
        return leaves;
    }
}
