package io.berth.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pins the keys and defaults: whoever changes one here changes what nodes rely on. */
class ConfigDefaultsTest {
    @Test
    void keysAndDefaultsAreThese() {
        String pinned = BerthConfig.settings().stream()
                .map(setting -> setting.key() + " = " + setting.value())
                .collect(Collectors.joining("\n"));
        assertThat(pinned).isEqualTo("""
                socket = ""
                state_directory = "/var/lib/berth"
                run_directory = "/run/berth"
                shim_path = ""
                server.request_threads = 256
                server.request_queue = 1024
                server.shutdown_deadline = "10s"
                server.streaming.address = "127.0.0.1"
                server.streaming.port = 0
                server.streaming.connections = 1024
                server.streaming.idle_timeout = "4h"
                server.streaming.creation_timeout = "30s"
                log.level = "info"
                log.format = "text"
                cgroup.missing_controllers = "refuse"
                network.bridge = "berth0"
                network.ipv4_range = "10.88.0.0/16"
                network.ipv6_range = ""
                network.mtu = 0
                network.masquerade = true
                images.snapshot_driver = "overlay"
                images.writable_layer_limit = "0"
                images.preload_directory = ""
                images.pinned = []
                images.keep_blobs = false
                images.parallel_layers = 4
                images.parallel_ranges = 4
                images.manifest_limit = "4MiB"
                images.layer_limit = "64GiB"
                images.layer_entries_limit = 2000000
                images.layers_limit = 500
                images.json_depth_limit = 64
                images.path_limit = 4096
                images.attribute_limit = 65536
                images.expansion_limit = 1100
                images.connect_timeout = "10s"
                images.response_timeout = "30s"
                images.progress_timeout = "1m"
                images.pull_timeout = "12h"
                images.attempts = 4
                registry.insecure = []
                registry.hosts_directory = "/etc/berth/certs.d"
                registry.credentials_file = "/etc/berth/credentials.json"
                registry.credential_helpers = ""
                registry.verifier = ""
                registry.verifier_timeout = "30s"
                registry.mirrors =\s
                containers.exec_output_limit = "1MiB"
                containers.log_line_limit = "16KiB"
                containers.unprivileged_ports = true
                containers.unprivileged_icmp = true
                metrics.address = ""
                nri.enabled = true
                nri.socket = "/var/run/nri/nri.sock"
                nri.disable_connections = false
                nri.plugin_path = "/opt/nri/plugins"
                nri.plugin_config_path = "/etc/nri/conf.d"
                nri.plugin_registration_timeout = "5s"
                nri.plugin_request_timeout = "2s"
                nri.default_validator.enable = false
                nri.default_validator.reject_oci_hook_adjustment = false
                nri.default_validator.reject_runtime_default_seccomp_adjustment = false
                nri.default_validator.reject_unconfined_seccomp_adjustment = false
                nri.default_validator.reject_custom_seccomp_adjustment = false
                nri.default_validator.reject_namespace_adjustment = false
                nri.default_validator.reject_sysctl_adjustment = false
                nri.default_validator.required_plugins = []
                nri.default_validator.tolerate_missing_plugins_annotation = ""
                cdi.directories = ["/etc/cdi", "/var/run/cdi"]""");
    }

    @Test
    void aMissingFileMeansDefaults(@TempDir Path directory) {
        ReadConfig read = ConfigLoader.load(directory.resolve("config.toml"), false);
        assertThat(read.config()).isEqualTo(BerthConfig.defaults());
    }

    @Test
    void thePrintedDefaultsReadBackToTheDefaults(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("config.toml");
        Files.writeString(file, ConfigPrinter.print(BerthConfig.settings(), true));
        assertThat(ConfigLoader.load(file, true).config()).isEqualTo(BerthConfig.defaults());
    }

    @Test
    void everyKeyIsExplained() {
        assertThat(BerthConfig.settings())
                .allSatisfy(setting -> assertThat(setting.explanation())
                        .as(setting.key().toString())
                        .endsWith("."));
    }
}
