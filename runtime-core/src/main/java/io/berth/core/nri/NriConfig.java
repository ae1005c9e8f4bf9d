package io.berth.core.nri;

import io.berth.core.nri.validate.ValidatorConfig;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How plugins are served.
 *
 * @param socket where they connect
 * @param connections whether they can; those that the daemon starts always can
 * @param pluginDirectory of the programs that the daemon starts
 * @param pluginConfigDirectory of their configuration
 * @param launchSocket for the moment in which one is connected; in a directory that is root's alone
 * @param registrationTimeout from a plugin's connection to its registration; also for its answer to Synchronize, in
 *     which it looks at all that there is
 * @param requestTimeout for one answer of a plugin
 * @param validator the built-in one
 * @param version of the runtime, as plugins are told
 */
public record NriConfig(
        Path socket,
        boolean connections,
        Path pluginDirectory,
        Path pluginConfigDirectory,
        Path launchSocket,
        Duration registrationTimeout,
        Duration requestTimeout,
        ValidatorConfig validator,
        String version) {}
