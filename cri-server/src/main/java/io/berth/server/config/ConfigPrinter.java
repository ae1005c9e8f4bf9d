package io.berth.server.config;

import io.berth.server.config.toml.TomlWriter;
import java.util.List;

/** Writes a configuration as a TOML file that reads back to the same. */
public final class ConfigPrinter {
    private ConfigPrinter() {}

    /** Every key with its value, and above each its explanation as a comment where wanted. */
    public static String print(List<Setting> settings, boolean explained) {
        StringBuilder text = new StringBuilder();
        TomlKey table = TomlKey.ROOT;
        for (Setting setting : settings) {
            TomlKey owner = setting.isTable() ? setting.key() : setting.key().parent();
            boolean isFirst = !owner.equals(table);
            if (isFirst) {
                text.append("\n[").append(owner).append("]\n");
                table = owner;
            }
            if (explained) {
                text.append(isFirst || text.isEmpty() ? "" : "\n");
                setting.explanation()
                        .lines()
                        .forEach(line -> text.append("# ").append(line).append('\n'));
            }
            if (setting.isTable()) {
                text.append(setting.value());
            } else {
                text.append(TomlWriter.key(setting.key().last()))
                        .append(" = ")
                        .append(setting.value())
                        .append('\n');
            }
        }
        return text.toString();
    }
}
