package io.berth.e2e.daemon;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The settings of one daemon: everything that it makes stands under its own directory, and its bridge and addresses are
 * its own, so that several can run at once.
 *
 * @param directory where its files are
 * @param settings the lines of its configuration file, by section (the empty one first) and key
 */
public record DaemonConfig(Path directory, Map<String, Map<String, String>> settings) {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** A configuration with all places set. */
    public static DaemonConfig in(Path directory) {
        int number = NUMBER.incrementAndGet();
        DaemonConfig config = new DaemonConfig(directory, new LinkedHashMap<>());
        config.settings.put("", new LinkedHashMap<>());
        return config.with(
                        "", "state_directory", text(directory.resolve("state").toString()))
                .with("", "run_directory", text(directory.resolve("run").toString()))
                .with("cgroup", "missing_controllers", text("warn"))
                .with("nri", "socket", text(directory.resolve("run/nri.sock").toString()))
                .with(
                        "nri",
                        "plugin_path",
                        text(directory.resolve("nri/plugins").toString()))
                .with(
                        "nri",
                        "plugin_config_path",
                        text(directory.resolve("nri/conf.d").toString()))
                .with("network", "bridge", text("berth" + number))
                .with("network", "ipv4_range", text("10.%d.%d.0/24".formatted(100 + number / 256, number % 256)));
    }

    /** The same with one more line; the value is TOML. */
    public DaemonConfig with(String section, String key, String value) {
        Map<String, Map<String, String>> copy = new LinkedHashMap<>(settings);
        Map<String, String> lines = new LinkedHashMap<>(copy.getOrDefault(section, Map.of()));
        lines.put(key, value);
        copy.put(section, lines);
        return new DaemonConfig(directory, copy);
    }

    /** A TOML string. */
    public static String text(String value) {
        return "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** The name of the built-in network's bridge. */
    public String bridge() {
        return settings.getOrDefault("network", Map.of())
                .getOrDefault("bridge", "")
                .replace("\"", "");
    }

    public Path stateDirectory() {
        return directory.resolve("state");
    }

    public Path runDirectory() {
        return directory.resolve("run");
    }

    public Path socket() {
        return runDirectory().resolve("berth.sock");
    }

    /** Where NRI plugins connect. */
    public Path nriSocket() {
        return runDirectory().resolve("nri.sock");
    }

    /** The NRI plugins that the daemon starts with itself. */
    public Path nriPlugins() {
        return directory.resolve("nri/plugins");
    }

    /** Their configuration. */
    public Path nriPluginConfig() {
        return directory.resolve("nri/conf.d");
    }

    /** The configuration file. */
    public Path file() {
        return directory.resolve("config.toml");
    }

    Path log() {
        return directory.resolve("berthd.log");
    }

    String toml() {
        return settings.entrySet().stream()
                .map(section -> (section.getKey().isEmpty() ? "" : "[" + section.getKey() + "]\n")
                        + section.getValue().entrySet().stream()
                                .map(line -> line.getKey() + " = " + line.getValue() + "\n")
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }
}
