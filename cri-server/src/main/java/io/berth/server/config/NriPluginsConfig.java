package io.berth.server.config;

import io.berth.core.nri.validate.ValidatorConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Node Resource Interface plugins.
 *
 * @param socket where they connect
 * @param pluginPath of programs that the daemon starts
 * @param pluginConfigPath of their configuration
 */
public record NriPluginsConfig(
        boolean enabled,
        Path socket,
        boolean disableConnections,
        Path pluginPath,
        Path pluginConfigPath,
        Duration registrationTimeout,
        Duration requestTimeout,
        ValidatorConfig defaultValidator) {
    static NriPluginsConfig read(Section section) {
        return new NriPluginsConfig(
                section.flag("enabled", true, """
                        Let NRI plugins take part in the lives of pods and containers."""),
                section.path("socket", "/var/run/nri/nri.sock", """
                        The unix socket on which plugins connect, root's alone: a plugin can do what the daemon can."""),
                section.flag("disable_connections", false, """
                        Do without that socket: only plugins that the daemon starts itself take part."""),
                section.path("plugin_path", "/opt/nri/plugins", """
                        Plugins that the daemon starts with itself: executable files with names such as 10-name."""),
                section.path("plugin_config_path", "/etc/nri/conf.d", """
                        What those plugins get as their configuration: 10-name.conf, or else name.conf."""),
                section.duration("plugin_registration_timeout", "5s", "100ms", "5m", """
                        How long a plugin that has connected may take to register, and then to take in what there is."""),
                section.duration("plugin_request_timeout", "2s", "10ms", "1m", """
                        How long a plugin may take for one answer; one that takes longer is cut off."""),
                validator(section.section("default_validator")));
    }

    /** Whether something must be there before the first request: plugins that the daemon starts, or the validator. */
    public boolean isPartOfTheStart() {
        return defaultValidator.enabled() || Files.isDirectory(pluginPath);
    }

    private static ValidatorConfig validator(Section section) {
        return new ValidatorConfig(
                section.flag("enable", false, """
                        Have a built-in validator look at what plugins want of containers, and reject what stands below."""),
                section.flag("reject_oci_hook_adjustment", false, """
                        That they add OCI hooks."""),
                section.flag("reject_runtime_default_seccomp_adjustment", false, """
                        That they set a seccomp policy in place of the runtime's default."""),
                section.flag("reject_unconfined_seccomp_adjustment", false, """
                        That they set a seccomp policy where a pod asks for none."""),
                section.flag("reject_custom_seccomp_adjustment", false, """
                        That they set a seccomp policy in place of a profile of the node's (Localhost)."""),
                section.flag("reject_namespace_adjustment", false, """
                        That they change namespaces."""),
                section.flag("reject_sysctl_adjustment", false, """
                        That they set sysctls."""),
                section.texts("required_plugins", List.of(), """
                        Plugins, with or without their index, without which no container is created, those of static
                        pods neither. Pods can name more in the annotation required-plugins.noderesource.dev.""", Check.NOT_EMPTY),
                section.text("tolerate_missing_plugins_annotation", "", """
                        With this annotation and the value true a pod does without required plugins. Empty: none does.""", value -> null));
    }
}
