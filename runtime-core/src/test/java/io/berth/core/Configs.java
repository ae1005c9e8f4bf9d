package io.berth.core;

import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ContainerMetadata;
import io.berth.core.container.DeviceConfig;
import io.berth.core.container.ImageSpec;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxMetadata;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.security.SandboxSecurityContext;
import io.berth.core.security.SecurityProfile;
import io.berth.core.security.SelinuxOptions;
import io.berth.core.security.SupplementalGroupsPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Small requests for tests. */
public final class Configs {
    private Configs() {}

    public static SandboxConfig sandbox(String name) {
        return sandbox(name, NamespaceMode.POD, NamespaceMode.CONTAINER);
    }

    public static SandboxConfig sandbox(String name, NamespaceMode network, NamespaceMode pid) {
        NamespaceOptions namespaces = new NamespaceOptions(network, pid, NamespaceMode.POD, "", null);
        return sandbox(name, namespaces, "", Map.of());
    }

    public static SandboxConfig sandbox(
            String name, NamespaceOptions namespaces, String logDirectory, Map<String, String> sysctls) {
        SandboxSecurityContext security = new SandboxSecurityContext(
                namespaces,
                SelinuxOptions.NONE,
                null,
                null,
                false,
                List.of(),
                SupplementalGroupsPolicy.MERGE,
                false,
                null,
                null);
        return new SandboxConfig(
                new SandboxMetadata(name, "uid-of-" + name, "default", 0),
                name,
                logDirectory,
                null,
                List.of(),
                Map.of("app", name),
                Map.of(),
                "",
                security,
                sysctls,
                null,
                null);
    }

    public static ContainerConfig container(String name, String... command) {
        return container(name, ContainerSecurityContext.DEFAULT, command);
    }

    public static ContainerConfig withDevices(List<DeviceConfig> devices) {
        return container("with-devices", ContainerSecurityContext.DEFAULT, devices, "true");
    }

    public static ContainerConfig container(String name, ContainerSecurityContext security, String... command) {
        return container(name, security, List.of(), command);
    }

    private static ContainerConfig container(
            String name, ContainerSecurityContext security, List<DeviceConfig> devices, String... command) {
        return new ContainerConfig(
                new ContainerMetadata(name, 0),
                ImageSpec.of("busybox"),
                List.of(command),
                List.of(),
                "",
                List.of(),
                List.of(),
                devices,
                Map.of(),
                Map.of(),
                name + ".log",
                false,
                false,
                false,
                LinuxResources.NONE,
                security,
                List.of(),
                "");
    }

    public static NamespaceOptions namespaces(NamespaceMode pid) {
        return new NamespaceOptions(NamespaceMode.POD, pid, NamespaceMode.POD, "", null);
    }

    public static ContainerSecurityContext security(NamespaceOptions namespaces) {
        ContainerSecurityContext none = ContainerSecurityContext.DEFAULT;
        return new ContainerSecurityContext(
                none.capabilities(),
                false,
                namespaces,
                none.selinux(),
                null,
                null,
                "",
                false,
                List.of(),
                none.supplementalGroupsPolicy(),
                false,
                null,
                null,
                SecurityProfile.runtimeDefault(),
                null);
    }

    public static ContainerSecurityContext apparmor(@Nullable SecurityProfile apparmor, boolean privileged) {
        ContainerSecurityContext none = ContainerSecurityContext.DEFAULT;
        return new ContainerSecurityContext(
                none.capabilities(),
                privileged,
                none.namespaces(),
                none.selinux(),
                null,
                null,
                "",
                false,
                List.of(),
                none.supplementalGroupsPolicy(),
                false,
                null,
                null,
                null,
                apparmor);
    }
}
