package io.berth.server.config;

/**
 * One key of the configuration, or a table of free keys.
 *
 * @param key the key with its table, {@code network.mtu}
 * @param explanation one or more lines for a person
 * @param value the value in force, as TOML writes it; of a table its lines
 * @param isTable whether this is a table of free keys
 */
public record Setting(TomlKey key, String explanation, String value, boolean isTable) {}
