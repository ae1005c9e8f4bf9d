package io.berth.core.spec;

import io.berth.core.security.AppArmor;
import io.berth.core.security.CapabilityPolicy;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.HostFacts;
import io.berth.core.security.IdMapping;
import io.berth.core.security.UserNamespace;
import io.berth.core.selinux.SelinuxLabels;
import java.util.List;
import java.util.Map;

/**
 * Builds a container's OCI specification from what was asked for, what its image says and what its sandbox has. What
 * cannot be is refused here, as INVALID_ARGUMENT with the field's name. Touches the host only to look at mount sources
 * and devices. Safe for any number of threads.
 */
public final class SpecBuilder {
    private static final List<String> DEFAULT_MASKED_PATHS = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/sys/firmware",
            "/sys/devices/virtual/powercap");
    private static final List<String> DEFAULT_READONLY_PATHS =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    private final HostFacts host;
    private final SeccompProfiles seccomp;
    private final DeviceLister devices;
    private final AppArmor apparmor;
    private final SelinuxLabels selinux;

    public SpecBuilder(
            HostFacts host, SeccompProfiles seccomp, DeviceLister devices, AppArmor apparmor, SelinuxLabels selinux) {
        this.host = host;
        this.seccomp = seccomp;
        this.devices = devices;
        this.apparmor = apparmor;
        this.selinux = selinux;
    }

    /** The seccomp profile of a container that asks for nothing but the default one. */
    public OciSeccomp usualSeccomp() {
        return seccomp.defaults(
                CapabilityPolicy.of(ContainerSecurityContext.DEFAULT, host).held());
    }

    /** The specification. */
    public OciSpec build(SpecRequest request) {
        ContainerSecurityContext security = request.container().security();
        CapabilityPolicy capabilities = CapabilityPolicy.of(security, host);
        DeviceLister.Devices given = devices.devices(request.container());
        MountsBuilder mounts = new MountsBuilder(request);
        SelinuxLabels.Labels labels = selinux.of(security, request.sandbox().security());
        OciLinux linux = new OciLinux(
                NamespacesBuilder.namespaces(request),
                mappings(request, true),
                mappings(request, false),
                given.nodes(),
                request.cgroupPath(),
                OciResources.of(request.container().resources(), given.rules()),
                seccomp.resolve(security, capabilities.held()),
                mounts.rootPropagation(),
                security.privileged()
                        ? List.of()
                        : security.maskedPaths() == null ? DEFAULT_MASKED_PATHS : security.maskedPaths(),
                security.privileged()
                        ? List.of()
                        : security.readonlyPaths() == null ? DEFAULT_READONLY_PATHS : security.readonlyPaths(),
                labels.mount(),
                Map.of(),
                null,
                Map.of());
        return new OciSpec(
                OciSpec.VERSION,
                ProcessSpecBuilder.process(request, capabilities, host, apparmor, labels.process()),
                new OciRoot(request.rootPath(), security.readonlyRootFilesystem()),
                "",
                mounts.mounts(),
                request.container().annotations(),
                linux,
                null);
    }

    private static List<OciLinux.IdMapping> mappings(SpecRequest request, boolean users) {
        UserNamespace namespace = request.sandbox().security().namespaces().userNamespace();
        if (namespace == null || request.namespaces().user().isEmpty()) {
            return List.of();
        }
        return ociMappings(users ? namespace.uids() : namespace.gids());
    }

    static List<OciLinux.IdMapping> ociMappings(List<IdMapping> mappings) {
        return mappings.stream()
                .map(mapping -> new OciLinux.IdMapping(mapping.containerId(), mapping.hostId(), mapping.length()))
                .toList();
    }
}
