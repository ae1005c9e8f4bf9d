package io.berth.server.daemon;

import io.berth.core.RuntimeConfig;
import io.berth.core.cgroup.MissingControllers;
import io.berth.core.nri.NriConfig;
import io.berth.imagefs.ImageStoreConfig;
import io.berth.imagefs.ImageVerifier;
import io.berth.imagefs.PullLimits;
import io.berth.imagefs.RegistriesConfig;
import io.berth.imagefs.credentials.CredentialHelpers;
import io.berth.imagefs.credentials.DockerCredentials;
import io.berth.imagefs.program.ProgramVerifier;
import io.berth.network.BridgeNetworkConfig;
import io.berth.server.BuildInformation;
import io.berth.server.config.BerthConfig;
import io.berth.server.config.CgroupConfig;
import io.berth.server.config.ImagesConfig;
import io.berth.server.config.NetworkConfig;
import io.berth.server.config.NriPluginsConfig;
import io.berth.server.config.RegistryConfig;
import io.berth.server.registry.HostsDirectory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** What each room is told of the configuration. */
final class Settings {
    private Settings() {}

    static ImageStoreConfig images(BerthConfig config) {
        ImagesConfig images = config.images();
        ImageStoreConfig base = ImageStoreConfig.in(config.stateDirectory());
        return new ImageStoreConfig(
                base.root(),
                base.database(),
                images.snapshotDriver().name().toLowerCase(Locale.ROOT),
                images.writableLayerLimit(),
                new RegistriesConfig(
                        config.registry().mirrors(),
                        Set.copyOf(config.registry().insecure()),
                        new HostsDirectory(config.registry().hostsDirectory()),
                        new DockerCredentials(
                                config.registry().credentialsFile(),
                                new CredentialHelpers(config.registry().credentialHelpers()))),
                new PullLimits(
                        Math.toIntExact(images.manifestLimit()),
                        images.layersLimit(),
                        images.jsonDepthLimit(),
                        images.layerLimit(),
                        images.layerEntriesLimit(),
                        images.pathLimit(),
                        images.attributeLimit(),
                        images.expansionLimit(),
                        images.parallelLayers(),
                        images.parallelRanges(),
                        images.connectTimeout(),
                        images.responseTimeout(),
                        images.progressTimeout(),
                        images.attempts(),
                        PullLimits.DEFAULT.retryDelay(),
                        PullLimits.DEFAULT.longestRetryDelay(),
                        images.pullTimeout()),
                base.platform(),
                Set.copyOf(images.pinned()),
                BuildInformation.NAME + "/" + BuildInformation.version(),
                verifier(config.registry()),
                images.keepBlobs());
    }

    private static ImageVerifier verifier(RegistryConfig registry) {
        Path program = registry.verifier();
        return program == null ? ImageVerifier.NONE : new ProgramVerifier(program, registry.verifierTimeout());
    }

    static BridgeNetworkConfig network(BerthConfig config) {
        NetworkConfig network = config.network();
        return new BridgeNetworkConfig(
                network.bridge(),
                network.ipv4Range(),
                network.ipv6Range(),
                config.runDirectory().resolve("network/leases"),
                network.mtu(),
                network.masquerade());
    }

    static RuntimeConfig core(BerthConfig config, Path shim) {
        RuntimeConfig base = RuntimeConfig.of(config.stateDirectory(), config.runDirectory(), shim);
        return new RuntimeConfig(
                base.stateDirectory(),
                base.runDirectory(),
                base.shimBinary(),
                missingControllers(config.cgroup()),
                base.defaultRuntimeHandler(),
                base.runtimeHandlers(),
                config.containers().unprivilegedPorts(),
                config.containers().unprivilegedIcmp(),
                config.cdi().directories(),
                config.containers().logLineLimit(),
                config.containers().execOutputLimit(),
                base.shimDeadline(),
                base.lockDeadline());
    }

    static NriConfig nri(BerthConfig config) {
        NriPluginsConfig nri = config.nri();
        return new NriConfig(
                nri.socket(),
                !nri.disableConnections(),
                nri.pluginPath(),
                nri.pluginConfigPath(),
                config.runDirectory().resolve("nri-launch.sock"),
                nri.registrationTimeout(),
                nri.requestTimeout(),
                nri.defaultValidator(),
                BuildInformation.version());
    }

    private static MissingControllers missingControllers(CgroupConfig cgroup) {
        return switch (cgroup.missingControllers()) {
            case REFUSE -> MissingControllers.FAIL;
            case WARN -> MissingControllers.WARN;
        };
    }
}
