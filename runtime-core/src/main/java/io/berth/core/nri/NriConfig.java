package io.berth.core.nri;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How plugins are served.
 *
 * @param socket where they connect
 * @param registrationTimeout from a plugin's connection to its registration
 * @param requestTimeout for one answer of a plugin
 * @param version of the runtime, as plugins are told
 */
public record NriConfig(Path socket, Duration registrationTimeout, Duration requestTimeout, String version) {}
