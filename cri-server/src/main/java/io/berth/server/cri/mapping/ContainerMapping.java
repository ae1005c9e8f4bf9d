package io.berth.server.cri.mapping;

import com.google.protobuf.ByteString;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ContainerMetadata;
import io.berth.core.container.ContainerState;
import io.berth.core.container.DeviceConfig;
import io.berth.core.container.EnvironmentVariable;
import io.berth.core.error.BerthException;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.proto.cri.v1.CDIDevice;
import io.berth.proto.cri.v1.ContainerResources;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.Device;
import io.berth.proto.cri.v1.KeyValue;
import io.berth.proto.cri.v1.LinuxContainerConfig;
import io.berth.proto.cri.v1.LinuxContainerUser;
import java.util.ArrayList;
import java.util.List;

/** Containers. */
public final class ContainerMapping {
    private ContainerMapping() {}

    /**
     * A request as the core takes it.
     *
     * @param field name of the message in its request, for error messages
     */
    public static ContainerConfig toCore(io.berth.proto.cri.v1.ContainerConfig config, String field) {
        Require.present(config.hasMetadata(), field + ".metadata");
        Require.present(config.hasImage(), field + ".image");
        LinuxContainerConfig linux = config.getLinux();
        Require.text(config.getImage().getImage(), field + ".image.image");
        return new ContainerConfig(
                new ContainerMetadata(
                        Require.text(config.getMetadata().getName(), field + ".metadata.name"),
                        config.getMetadata().getAttempt()),
                ImageMapping.toCore(config.getImage()),
                Require.plain(config.getCommandList(), field + ".command"),
                Require.plain(config.getArgsList(), field + ".args"),
                Require.plain(config.getWorkingDir(), field + ".working_dir"),
                environment(config.getEnvsList(), field + ".envs"),
                MountMapping.toCore(config.getMountsList(), field + ".mounts"),
                devices(config.getDevicesList(), field + ".devices"),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                Require.plain(config.getLogPath(), field + ".log_path"),
                config.getStdin(),
                config.getStdinOnce(),
                config.getTty(),
                linux.hasResources()
                        ? ResourcesMapping.toCore(linux.getResources(), field + ".linux.resources")
                        : LinuxResources.NONE,
                linux.hasSecurityContext()
                        ? SecurityMapping.toCore(linux.getSecurityContext(), field + ".linux.security_context")
                        : ContainerSecurityContext.DEFAULT,
                config.getCDIDevicesList().stream().map(CDIDevice::getName).toList(),
                SignalMapping.toCore(config.getStopSignal(), config.getStopSignalValue(), field + ".stop_signal"));
    }

    private static List<EnvironmentVariable> environment(List<KeyValue> variables, String field) {
        List<EnvironmentVariable> mapped = new ArrayList<>(variables.size());
        for (int i = 0; i < variables.size(); i++) {
            KeyValue variable = variables.get(i);
            String its = field + "[" + i + "]";
            String name = Require.text(variable.getKey(), its + ".key");
            if (name.indexOf('=') >= 0) {
                throw BerthException.invalidArgument(its + ".key is \"" + name + "\": a name cannot contain =");
            }
            ByteString value = variable.getValue();
            if (!value.isValidUtf8()) {
                throw BerthException.invalidArgument(its + ".value (of " + name + ") is not UTF-8");
            }
            mapped.add(new EnvironmentVariable(name, Require.plain(value.toStringUtf8(), its + ".value")));
        }
        return mapped;
    }

    private static List<DeviceConfig> devices(List<Device> devices, String field) {
        List<DeviceConfig> mapped = new ArrayList<>(devices.size());
        for (int i = 0; i < devices.size(); i++) {
            Device device = devices.get(i);
            String its = field + "[" + i + "]";
            mapped.add(new DeviceConfig(
                    Require.text(device.getContainerPath(), its + ".container_path"),
                    Require.text(device.getHostPath(), its + ".host_path"),
                    device.getPermissions()));
        }
        return mapped;
    }

    /** A container as lists show it. */
    public static io.berth.proto.cri.v1.Container toListItem(Container container) {
        ContainerConfig config = container.config();
        return io.berth.proto.cri.v1.Container.newBuilder()
                .setId(container.id())
                .setPodSandboxId(container.sandboxId())
                .setMetadata(metadata(container))
                .setImage(ImageMapping.toCri(config.image()))
                .setImageRef(container.imageReference())
                .setImageId(container.imageId())
                .setState(state(container.state()))
                .setCreatedAt(container.createdAt())
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .build();
    }

    public static ContainerStatus toStatus(Container container) {
        ContainerConfig config = container.config();
        ContainerStatus.Builder builder = ContainerStatus.newBuilder()
                .setId(container.id())
                .setMetadata(metadata(container))
                .setState(state(container.state()))
                .setCreatedAt(container.createdAt())
                .setImage(ImageMapping.toNamed(config.image()))
                .setImageRef(container.imageReference())
                .setImageId(container.imageId())
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .setLogPath(container.logPath())
                .setStopSignal(SignalMapping.toCri(container.stopSignal()));
        config.mounts().forEach(mount -> builder.addMounts(MountMapping.toCri(mount)));
        builder.setResources(ContainerResources.newBuilder().setLinux(ResourcesMapping.toCri(container.resources())));
        builder.setUser(io.berth.proto.cri.v1.ContainerUser.newBuilder()
                .setLinux(LinuxContainerUser.newBuilder()
                        .setUid(container.user().uid())
                        .setGid(container.user().gid())
                        .addAllSupplementalGroups(container.user().supplementalGroups())));
        switch (container.state()) {
            case ContainerState.Created _ -> {}
            case ContainerState.Running running -> builder.setStartedAt(running.startedAt());
            case ContainerState.Exited exited ->
                builder.setStartedAt(exited.startedAt())
                        .setFinishedAt(exited.finishedAt())
                        .setExitCode(exited.exitCode())
                        .setReason(exited.reason())
                        .setMessage(exited.message());
            case ContainerState.Unknown unknown -> builder.setReason("Unknown").setMessage(unknown.message());
        }
        return builder.build();
    }

    static io.berth.proto.cri.v1.ContainerMetadata metadata(Container container) {
        return io.berth.proto.cri.v1.ContainerMetadata.newBuilder()
                .setName(container.config().metadata().name())
                .setAttempt(container.config().metadata().attempt())
                .build();
    }

    static io.berth.proto.cri.v1.ContainerState state(ContainerState state) {
        return switch (state) {
            case ContainerState.Created _ -> io.berth.proto.cri.v1.ContainerState.CONTAINER_CREATED;
            case ContainerState.Running _ -> io.berth.proto.cri.v1.ContainerState.CONTAINER_RUNNING;
            case ContainerState.Exited _ -> io.berth.proto.cri.v1.ContainerState.CONTAINER_EXITED;
            case ContainerState.Unknown _ -> io.berth.proto.cri.v1.ContainerState.CONTAINER_UNKNOWN;
        };
    }
}
