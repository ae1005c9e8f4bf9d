package io.berth.server.cri.mapping;

import io.berth.core.sandbox.DnsConfig;
import io.berth.core.sandbox.HostPort;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxMetadata;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.security.SandboxSecurityContext;
import io.berth.proto.cri.v1.LinuxPodSandboxConfig;
import io.berth.proto.cri.v1.LinuxPodSandboxStatus;
import io.berth.proto.cri.v1.Namespace;
import io.berth.proto.cri.v1.PodIP;
import io.berth.proto.cri.v1.PodSandbox;
import io.berth.proto.cri.v1.PodSandboxConfig;
import io.berth.proto.cri.v1.PodSandboxMetadata;
import io.berth.proto.cri.v1.PodSandboxNetworkStatus;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.PodSandboxStatus;
import io.berth.proto.cri.v1.PortMapping;
import java.util.ArrayList;
import java.util.List;

/** Pods. */
public final class SandboxMapping {
    private SandboxMapping() {}

    /**
     * A request as the core takes it.
     *
     * @param field name of the message in its request, for error messages
     */
    public static SandboxConfig toCore(PodSandboxConfig config, String field) {
        Require.present(config.hasMetadata(), field + ".metadata");
        PodSandboxMetadata metadata = config.getMetadata();
        LinuxPodSandboxConfig linux = config.getLinux();
        String linuxField = field + ".linux";
        return new SandboxConfig(
                new SandboxMetadata(
                        Require.text(metadata.getName(), field + ".metadata.name"),
                        Require.text(metadata.getUid(), field + ".metadata.uid"),
                        Require.text(metadata.getNamespace(), field + ".metadata.namespace"),
                        metadata.getAttempt()),
                Require.plain(config.getHostname(), field + ".hostname"),
                Require.plain(config.getLogDirectory(), field + ".log_directory"),
                config.hasDnsConfig()
                        ? new DnsConfig(
                                config.getDnsConfig().getServersList(),
                                config.getDnsConfig().getSearchesList(),
                                config.getDnsConfig().getOptionsList())
                        : null,
                ports(config.getPortMappingsList(), field + ".port_mappings"),
                config.getLabelsMap(),
                config.getAnnotationsMap(),
                Require.plain(linux.getCgroupParent(), linuxField + ".cgroup_parent"),
                linux.hasSecurityContext()
                        ? SecurityMapping.toCore(linux.getSecurityContext(), linuxField + ".security_context")
                        : SandboxSecurityContext.DEFAULT,
                linux.getSysctlsMap(),
                linux.hasOverhead() ? ResourcesMapping.toCore(linux.getOverhead(), linuxField + ".overhead") : null,
                linux.hasResources() ? ResourcesMapping.toCore(linux.getResources(), linuxField + ".resources") : null);
    }

    private static List<HostPort> ports(List<PortMapping> mappings, String field) {
        List<HostPort> ports = new ArrayList<>(mappings.size());
        for (int i = 0; i < mappings.size(); i++) {
            PortMapping mapping = mappings.get(i);
            String its = field + "[" + i + "]";
            HostPort.Protocol protocol = switch (mapping.getProtocol()) {
                case TCP -> HostPort.Protocol.TCP;
                case UDP -> HostPort.Protocol.UDP;
                case SCTP -> HostPort.Protocol.SCTP;
                case UNRECOGNIZED ->
                    throw Require.unknown(its + ".protocol", mapping.getProtocol(), mapping.getProtocolValue());
            };
            ports.add(new HostPort(
                    protocol,
                    (int) Require.between(mapping.getContainerPort(), 0, 65_535, its + ".container_port"),
                    (int) Require.between(mapping.getHostPort(), 0, 65_535, its + ".host_port"),
                    mapping.getHostIp()));
        }
        return ports;
    }

    /** A pod as lists show it. */
    public static PodSandbox toListItem(Sandbox sandbox) {
        return PodSandbox.newBuilder()
                .setId(sandbox.id())
                .setMetadata(metadata(sandbox))
                .setState(state(sandbox.state()))
                .setCreatedAt(sandbox.createdAt())
                .putAllLabels(sandbox.config().labels())
                .putAllAnnotations(sandbox.config().annotations())
                .setRuntimeHandler(sandbox.runtimeHandler())
                .build();
    }

    public static PodSandboxStatus toStatus(Sandbox sandbox) {
        return PodSandboxStatus.newBuilder()
                .setId(sandbox.id())
                .setMetadata(metadata(sandbox))
                .setState(state(sandbox.state()))
                .setCreatedAt(sandbox.createdAt())
                .setNetwork(network(sandbox.addresses()))
                .putAllLabels(sandbox.config().labels())
                .putAllAnnotations(sandbox.config().annotations())
                .setRuntimeHandler(sandbox.runtimeHandler())
                .setLinux(LinuxPodSandboxStatus.newBuilder()
                        .setNamespaces(Namespace.newBuilder()
                                .setOptions(NamespaceMapping.toCri(
                                        sandbox.config().security().namespaces()))))
                .build();
    }

    private static PodSandboxNetworkStatus network(List<String> addresses) {
        PodSandboxNetworkStatus.Builder builder = PodSandboxNetworkStatus.newBuilder();
        if (!addresses.isEmpty()) {
            builder.setIp(addresses.getFirst());
            addresses.stream()
                    .skip(1)
                    .forEach(address ->
                            builder.addAdditionalIps(PodIP.newBuilder().setIp(address)));
        }
        return builder.build();
    }

    static PodSandboxMetadata metadata(Sandbox sandbox) {
        SandboxMetadata metadata = sandbox.config().metadata();
        return PodSandboxMetadata.newBuilder()
                .setName(metadata.name())
                .setUid(metadata.uid())
                .setNamespace(metadata.namespace())
                .setAttempt(metadata.attempt())
                .build();
    }

    static PodSandboxState state(SandboxState state) {
        return switch (state) {
            case READY -> PodSandboxState.SANDBOX_READY;
            case NOT_READY -> PodSandboxState.SANDBOX_NOTREADY;
        };
    }
}
