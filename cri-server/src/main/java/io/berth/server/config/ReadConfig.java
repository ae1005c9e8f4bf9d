package io.berth.server.config;

import java.util.List;

/**
 * A configuration that has been read.
 *
 * @param settings its keys with the values in force, in the order in which a file shows them
 */
public record ReadConfig(BerthConfig config, List<Setting> settings) {
    public ReadConfig {
        settings = List.copyOf(settings);
    }
}
