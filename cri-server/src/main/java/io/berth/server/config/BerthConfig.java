package io.berth.server.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration of a daemon.
 *
 * @param socket where the CRI is served
 * @param stateDirectory what survives a reboot: images and records
 * @param runDirectory what a reboot empties: sockets of the shims, address leases
 * @param shimPath the pod supervisor's executable; null: the one of this distribution
 */
public record BerthConfig(
        Path socket,
        Path stateDirectory,
        Path runDirectory,
        @Nullable Path shimPath,
        ServerConfig server,
        LogConfig log,
        CgroupConfig cgroup,
        NetworkConfig network,
        ImagesConfig images,
        RegistryConfig registry,
        ContainersConfig containers,
        MetricsConfig metrics,
        NriPluginsConfig nri,
        CdiConfig cdi) {

    static BerthConfig read(Section root) {
        String socket = root.text("socket", "", """
                The unix socket of the CRI, mode 0660. Empty: berth.sock in the run directory.""", Check.ABSOLUTE_PATH_OR_EMPTY);
        Path stateDirectory = root.path("state_directory", "/var/lib/berth", """
                Images, layers, records of pods and containers. One daemon at a time can use it.""");
        Path runDirectory = root.path("run_directory", "/run/berth", """
                Sockets and logs of the pods' supervisors, address leases. On a file system that a reboot empties.""");
        String shimPath = root.text("shim_path", "", """
                The pod supervisor's executable, absolute. Empty: the one that came with this daemon.""", Check.ABSOLUTE_PATH_OR_EMPTY);
        return new BerthConfig(
                socket.isEmpty() ? runDirectory.resolve("berth.sock") : Path.of(socket),
                stateDirectory,
                runDirectory,
                shimPath.isEmpty() ? null : Path.of(shimPath),
                ServerConfig.read(root.section("server")),
                LogConfig.read(root.section("log")),
                CgroupConfig.read(root.section("cgroup")),
                NetworkConfig.read(root.section("network")),
                ImagesConfig.read(root.section("images")),
                RegistryConfig.read(root.section("registry")),
                ContainersConfig.read(root.section("containers")),
                MetricsConfig.read(root.section("metrics")),
                NriPluginsConfig.read(root.section("nri")),
                CdiConfig.read(root.section("cdi")));
    }

    /** What holds where no file says anything. */
    public static BerthConfig defaults() {
        return new ConfigReader(ConfigTree.EMPTY).read().config();
    }

    /** Every key with its explanation and default, in the order in which a file shows them. */
    public static List<Setting> settings() {
        return new ConfigReader(ConfigTree.EMPTY).read().settings();
    }
}
