package io.berth.server.config;

import io.berth.server.config.toml.TomlValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One reading of a tree: notes which keys exist, which were used and everything that is wrong. */
final class ConfigReader {
    private final ConfigTree tree;
    private final List<Setting> settings = new ArrayList<>();
    private final Set<TomlKey> used = new HashSet<>();
    private final Set<TomlKey> tables = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    ConfigReader(ConfigTree tree) {
        this.tree = tree;
    }

    /** @throws ConfigException naming every problem */
    ReadConfig read() {
        BerthConfig config = BerthConfig.read(new Section(this, TomlKey.ROOT));
        tree.leaves().forEach((key, leaf) -> {
            if (!used.contains(key) && !isEmptyTable(key, leaf)) {
                problems.add(new Problem(leaf.origin(), key, unknown(key)));
            }
        });
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return new ReadConfig(config, List.copyOf(settings));
    }

    private boolean isEmptyTable(TomlKey key, ConfigTree.Leaf leaf) {
        return tables.contains(key) && leaf.value() instanceof TomlValue.Nested;
    }

    ConfigTree tree() {
        return tree;
    }

    ConfigTree.@Nullable Leaf use(TomlKey key) {
        used.add(key);
        return tree.leaf(key);
    }

    void table(TomlKey key) {
        tables.add(key);
    }

    void declare(Setting setting) {
        settings.add(setting);
    }

    void problem(Origin origin, TomlKey key, String message) {
        problems.add(new Problem(origin, key, message));
    }

    private String unknown(TomlKey key) {
        for (Setting setting : settings) {
            if (key.isBelow(setting.key())) {
                return "unknown key: " + setting.key() + " is a value and no table";
            }
        }
        if (tables.contains(key)) {
            return "is a table: write [" + key + "] and its keys below";
        }
        List<TomlKey> known = new ArrayList<>();
        settings.forEach(setting -> known.add(setting.key()));
        TomlKey nearest = Nearest.of(key, known);
        return "unknown key" + (nearest == null ? "" : ", did you mean " + nearest + "?");
    }
}
