package io.berth.core.nri;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How plugins are served.
 *
 * @param socket where they connect
 * @param registrationTimeout from a plugin's connection to its registration; also for its answer to Synchronize, in
 *     which it looks at all that there is
 * @param requestTimeout for one answer of a plugin
 * @param version of the runtime, as plugins are told
 */
public record NriConfig(Path socket, Duration registrationTimeout, Duration requestTimeout, String version) {}
