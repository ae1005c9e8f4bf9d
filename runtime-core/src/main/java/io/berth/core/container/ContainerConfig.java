package io.berth.core.container;

import io.berth.core.Immutable;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.security.ContainerSecurityContext;
import java.util.List;
import java.util.Map;

/**
 * What a container is asked to be.
 *
 * @param command replaces the image's entrypoint when not empty, and then drops the image's command too
 * @param arguments replace the image's command when not empty
 * @param logPath relative to the sandbox's log directory; empty: nothing is logged
 * @param cdiDevices names of CDI devices
 * @param stopSignal a name ("SIGTERM", "SIGRTMIN+3"); empty: the image's, else SIGTERM
 */
public record ContainerConfig(
        ContainerMetadata metadata,
        ImageSpec image,
        List<String> command,
        List<String> arguments,
        String workingDirectory,
        List<EnvironmentVariable> environment,
        List<MountConfig> mounts,
        List<DeviceConfig> devices,
        Map<String, String> labels,
        Map<String, String> annotations,
        String logPath,
        boolean standardInput,
        boolean standardInputOnce,
        boolean terminal,
        LinuxResources resources,
        ContainerSecurityContext security,
        List<String> cdiDevices,
        String stopSignal) {
    public ContainerConfig {
        command = Immutable.list(command);
        arguments = Immutable.list(arguments);
        workingDirectory = Immutable.text(workingDirectory);
        environment = Immutable.list(environment);
        mounts = Immutable.list(mounts);
        devices = Immutable.list(devices);
        labels = Immutable.map(labels);
        annotations = Immutable.map(annotations);
        logPath = Immutable.text(logPath);
        cdiDevices = Immutable.list(cdiDevices);
        stopSignal = Immutable.text(stopSignal);
    }

    /** The same with other mounts. */
    public ContainerConfig withMounts(List<MountConfig> others) {
        return new ContainerConfig(
                metadata,
                image,
                command,
                arguments,
                workingDirectory,
                environment,
                others,
                devices,
                labels,
                annotations,
                logPath,
                standardInput,
                standardInputOnce,
                terminal,
                resources,
                security,
                cdiDevices,
                stopSignal);
    }
}
