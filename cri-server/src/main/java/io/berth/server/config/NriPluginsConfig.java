package io.berth.server.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Node Resource Interface plugins.
 *
 * @param socket where they connect
 */
public record NriPluginsConfig(boolean enabled, Path socket, Duration registrationTimeout, Duration requestTimeout) {
    static NriPluginsConfig read(Section section) {
        return new NriPluginsConfig(
                section.flag("enabled", true, """
                        Let NRI plugins take part in the lives of pods and containers."""),
                section.path("socket", "/var/run/nri/nri.sock", """
                        The unix socket on which plugins connect, root's alone: a plugin can do what the daemon can."""),
                section.duration("plugin_registration_timeout", "5s", "100ms", "5m", """
                        How long a plugin that has connected may take to register, and then to take in what there is."""),
                section.duration("plugin_request_timeout", "2s", "10ms", "1m", """
                        How long a plugin may take for one answer; one that takes longer is cut off."""));
    }
}
