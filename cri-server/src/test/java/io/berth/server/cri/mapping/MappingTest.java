package io.berth.server.cri.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ContainerState;
import io.berth.core.container.ContainerUser;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.sandbox.DnsConfig;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.security.SecurityProfile;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.Int64Value;
import io.berth.proto.cri.v1.KeyValue;
import io.berth.proto.cri.v1.LinuxContainerConfig;
import io.berth.proto.cri.v1.LinuxContainerResources;
import io.berth.proto.cri.v1.LinuxContainerSecurityContext;
import io.berth.proto.cri.v1.LinuxPodSandboxConfig;
import io.berth.proto.cri.v1.NamespaceOption;
import io.berth.proto.cri.v1.PodSandboxConfig;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.PodSandboxStatus;
import io.berth.proto.cri.v1.PortMapping;
import io.berth.proto.cri.v1.Protocol;
import io.berth.proto.cri.v1.Signal;
import io.berth.proto.cri.v1.UserNamespace;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MappingTest {
    static final PodSandboxConfig POD = Filled.of(PodSandboxConfig.getDefaultInstance());
    static final io.berth.proto.cri.v1.ContainerConfig CONTAINER =
            withoutExclusions(Filled.of(io.berth.proto.cri.v1.ContainerConfig.getDefaultInstance()));

    @Test
    void aPodComesBackAsItWasAskedFor() {
        SandboxConfig config = SandboxMapping.toCore(POD, "config");
        PodSandboxStatus status = SandboxMapping.toStatus(sandbox(config));
        assertThat(status.getMetadata()).isEqualTo(POD.getMetadata());
        assertThat(status.getLabelsMap()).isEqualTo(POD.getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(POD.getAnnotationsMap());
        assertThat(status.getLinux().getNamespaces().getOptions())
                .isEqualTo(POD.getLinux().getSecurityContext().getNamespaceOptions());
        assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(status.getNetwork().getIp()).isEqualTo("10.88.0.2");
        assertThat(status.getNetwork().getAdditionalIps(0).getIp()).isEqualTo("fd00::2");
        assertThat(status.getRuntimeHandler()).isEqualTo("berth");
        assertThat(status.getCreatedAt()).isEqualTo(7);
    }

    @Test
    void aPodOfAListSaysTheSameAsItsStatus() {
        Sandbox sandbox = sandbox(SandboxMapping.toCore(POD, "config"));
        PodSandboxStatus status = SandboxMapping.toStatus(sandbox);
        var item = SandboxMapping.toListItem(sandbox);
        assertThat(item.getId()).isEqualTo(status.getId());
        assertThat(item.getMetadata()).isEqualTo(status.getMetadata());
        assertThat(item.getLabelsMap()).isEqualTo(status.getLabelsMap());
        assertThat(item.getAnnotationsMap()).isEqualTo(status.getAnnotationsMap());
        assertThat(item.getCreatedAt()).isEqualTo(status.getCreatedAt());
    }

    @Test
    void everythingOfAPodReachesTheCore() {
        SandboxConfig config = SandboxMapping.toCore(POD, "config");
        assertThat(config.hostname()).isEqualTo(POD.getHostname());
        assertThat(config.logDirectory()).isEqualTo(POD.getLogDirectory());
        DnsConfig dns = Objects.requireNonNull(config.dns());
        assertThat(dns.servers()).isEqualTo(POD.getDnsConfig().getServersList());
        assertThat(dns.searches()).isEqualTo(POD.getDnsConfig().getSearchesList());
        assertThat(dns.options()).isEqualTo(POD.getDnsConfig().getOptionsList());
        assertThat(config.ports().getFirst().hostPort())
                .isEqualTo(POD.getPortMappings(0).getHostPort());
        assertThat(config.ports().getFirst().containerPort())
                .isEqualTo(POD.getPortMappings(0).getContainerPort());
        assertThat(config.cgroupParent()).isEqualTo(POD.getLinux().getCgroupParent());
        assertThat(config.sysctls()).isEqualTo(POD.getLinux().getSysctlsMap());
        assertThat(ResourcesMapping.toCri(Objects.requireNonNull(config.overhead())))
                .isEqualTo(POD.getLinux().getOverhead());
        assertThat(ResourcesMapping.toCri(Objects.requireNonNull(config.resources())))
                .isEqualTo(POD.getLinux().getResources());
        assertThat(config.security().runAsUser())
                .isEqualTo(POD.getLinux().getSecurityContext().getRunAsUser().getValue());
        assertThat(config.security().privileged()).isTrue();
    }

    @Test
    void aContainerComesBackAsItWasAskedFor() {
        ContainerConfig config = ContainerMapping.toCore(CONTAINER, "config");
        ContainerStatus status = ContainerMapping.toStatus(container(config));
        assertThat(status.getMetadata()).isEqualTo(CONTAINER.getMetadata());
        assertThat(status.getImage().toBuilder().clearImage().build())
                .isEqualTo(CONTAINER.getImage().toBuilder().clearImage().build());
        assertThat(ContainerMapping.toListItem(container(config)).getImage()).isEqualTo(CONTAINER.getImage());
        assertThat(status.getLabelsMap()).isEqualTo(CONTAINER.getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(CONTAINER.getAnnotationsMap());
        assertThat(status.getMountsList()).isEqualTo(CONTAINER.getMountsList());
        assertThat(status.getResources().getLinux())
                .isEqualTo(CONTAINER.getLinux().getResources());
        assertThat(status.getStopSignal()).isEqualTo(CONTAINER.getStopSignal());
        assertThat(status.getUser().getLinux().getUid()).isEqualTo(1);
        assertThat(status.getUser().getLinux().getGid()).isEqualTo(2);
        assertThat(status.getUser().getLinux().getSupplementalGroupsList()).containsExactly(3L);
    }

    @Test
    void everythingOfAContainerReachesTheCore() {
        ContainerConfig config = ContainerMapping.toCore(CONTAINER, "config");
        assertThat(config.command()).isEqualTo(CONTAINER.getCommandList());
        assertThat(config.arguments()).isEqualTo(CONTAINER.getArgsList());
        assertThat(config.workingDirectory()).isEqualTo(CONTAINER.getWorkingDir());
        assertThat(config.environment().getFirst().name())
                .isEqualTo(CONTAINER.getEnvs(0).getKey());
        assertThat(config.environment().getFirst().value())
                .isEqualTo(CONTAINER.getEnvs(0).getValue().toStringUtf8());
        assertThat(config.devices().getFirst().hostPath())
                .isEqualTo(CONTAINER.getDevices(0).getHostPath());
        assertThat(config.logPath()).isEqualTo(CONTAINER.getLogPath());
        assertThat(config.cdiDevices()).hasSize(2);
        assertThat(config.standardInput()).isTrue();
        assertThat(config.standardInputOnce()).isTrue();
        assertThat(config.terminal()).isTrue();
        LinuxContainerSecurityContext asked = CONTAINER.getLinux().getSecurityContext();
        assertThat(config.security().capabilities().add())
                .isEqualTo(asked.getCapabilities().getAddCapabilitiesList());
        assertThat(config.security().capabilities().drop())
                .isEqualTo(asked.getCapabilities().getDropCapabilitiesList());
        assertThat(config.security().capabilities().addAmbient())
                .isEqualTo(asked.getCapabilities().getAddAmbientCapabilitiesList());
        assertThat(config.security().maskedPaths()).isEqualTo(asked.getMaskedPathsList());
        assertThat(config.security().readonlyPaths()).isEqualTo(asked.getReadonlyPathsList());
        assertThat(config.security().supplementalGroups()).isEqualTo(asked.getSupplementalGroupsList());
        assertThat(config.security().noNewPrivileges()).isTrue();
        assertThat(config.security().readonlyRootFilesystem()).isTrue();
        assertThat(config.security().seccomp()).isEqualTo(SecurityProfile.unconfined());
        assertThat(config.security().selinux().level())
                .isEqualTo(asked.getSelinuxOptions().getLevel());
    }

    @ParameterizedTest
    @EnumSource(value = Signal.class, mode = EnumSource.Mode.EXCLUDE, names = "UNRECOGNIZED")
    void everySignalComesBack(Signal signal) {
        assertThat(SignalMapping.toCri(SignalMapping.toCore(signal, signal.getNumber(), "stop_signal")))
                .isEqualTo(signal);
    }

    @Test
    void signalsHaveTheNamesThatTheCoreKnows() {
        assertThat(SignalMapping.toCore(Signal.SIGNAL_SIGRTMINPLUS3, 38, "")).isEqualTo("SIGRTMIN+3");
        assertThat(SignalMapping.toCore(Signal.SIGNAL_SIGRTMAXMINUS14, 51, "")).isEqualTo("SIGRTMAX-14");
        assertThat(SignalMapping.toCore(Signal.SIGNAL_SIGTERM, 23, "")).isEqualTo("SIGTERM");
        assertThat(SignalMapping.toCri("TERM")).isEqualTo(Signal.SIGNAL_SIGTERM);
        assertThat(SignalMapping.toCri("37")).isEqualTo(Signal.SIGNAL_RUNTIME_DEFAULT);
    }

    @Test
    void absentMessagesMeanTheDefaults() {
        ContainerConfig config = ContainerMapping.toCore(
                CONTAINER.toBuilder().clearLinux().clearStopSignal().build(), "config");
        assertThat(config.resources()).isEqualTo(LinuxResources.NONE);
        assertThat(config.security().maskedPaths()).isNull();
        assertThat(config.stopSignal()).isEmpty();
    }

    @Test
    void theEndOfAContainerIsTold() {
        Container container = container(ContainerMapping.toCore(CONTAINER, "config"))
                .withState(new ContainerState.Exited(5, 6, 137, 9, true, "OOMKilled", "too much"));
        ContainerStatus status = ContainerMapping.toStatus(container);
        assertThat(status.getState()).isEqualTo(io.berth.proto.cri.v1.ContainerState.CONTAINER_EXITED);
        assertThat(status.getStartedAt()).isEqualTo(5);
        assertThat(status.getFinishedAt()).isEqualTo(6);
        assertThat(status.getExitCode()).isEqualTo(137);
        assertThat(status.getReason()).isEqualTo("OOMKilled");
        assertThat(status.getMessage()).isEqualTo("too much");
    }

    @Test
    void missingFieldsOfAPodAreNamed() {
        refusedPod(pod -> pod.clearMetadata()).hasMessage("config.metadata is missing");
        refusedPod(pod -> pod.setMetadata(POD.getMetadata().toBuilder().clearName()))
                .hasMessage("config.metadata.name is empty");
        refusedPod(pod -> pod.setMetadata(POD.getMetadata().toBuilder().clearNamespace()))
                .hasMessage("config.metadata.namespace is empty");
        refusedPod(pod -> pod.setMetadata(POD.getMetadata().toBuilder().clearUid()))
                .hasMessage("config.metadata.uid is empty");
        refusedPod(pod -> pod.addPortMappings(PortMapping.newBuilder().setHostPort(70_000)))
                .hasMessage("config.port_mappings[2].host_port is 70000, must be 0 to 65535");
        refusedPod(pod -> pod.addPortMappings(PortMapping.newBuilder().setProtocolValue(9)))
                .hasMessage("config.port_mappings[2].protocol is 9, which is no Protocol");
    }

    @Test
    void missingAndWrongFieldsOfAContainerAreNamed() {
        refused(container -> container.clearMetadata()).hasMessage("config.metadata is missing");
        refused(container -> container.clearImage()).hasMessage("config.image is missing");
        refused(container -> container.setImage(CONTAINER.getImage().toBuilder().clearImage()))
                .hasMessage("config.image.image is empty");
        refused(container -> container.addEnvs(KeyValue.newBuilder().setKey("A=B")))
                .hasMessage("config.envs[2].key is \"A=B\": a name cannot contain =");
        refused(container -> container.addEnvs(
                        KeyValue.newBuilder().setKey("A").setValue(ByteString.copyFrom(new byte[] {(byte) 0xff}))))
                .hasMessage("config.envs[2].value (of A) is not UTF-8");
        refused(container -> container.addCommand("a\0b")).hasMessage("config.command[2] contains a NUL character");
        refused(container -> container.setMounts(
                        1, CONTAINER.getMounts(1).toBuilder().clearImage().clearHostPath()))
                .hasMessage("config.mounts[1].host_path is empty");
        refused(container -> secured(container, security -> security.setRunAsUsername("somebody")))
                .hasMessageContaining("run_as_user and config.linux.security_context.run_as_username exclude");
        refused(container -> secured(container, LinuxContainerSecurityContext.Builder::clearRunAsUser))
                .hasMessageContaining("run_as_group needs run_as_user");
        refused(container -> secured(
                        container,
                        security ->
                                security.setRunAsUser(Int64Value.newBuilder().setValue(-1))))
                .hasMessageContaining("run_as_user is -1, must be 0 to 4294967294");
        refused(container -> container.setLinux(container.getLinux().toBuilder()
                        .setResources(LinuxContainerResources.newBuilder().setOomScoreAdj(2000))))
                .hasMessage("config.linux.resources.oom_score_adj is 2000, must be -1000 to 1000");
    }

    @Test
    @SuppressWarnings("deprecation") // older kubelets
    void theOlderProfileFieldsAreUnderstood() {
        LinuxContainerSecurityContext.Builder older = LinuxContainerSecurityContext.newBuilder()
                .setSeccompProfilePath("localhost//etc/seccomp.json")
                .setApparmorProfile("runtime/default");
        var mapped = SecurityMapping.toCore(older.build(), "s");
        assertThat(mapped.seccomp())
                .isEqualTo(new SecurityProfile(SecurityProfile.Type.LOCALHOST, "/etc/seccomp.json"));
        assertThat(mapped.apparmor()).isEqualTo(SecurityProfile.runtimeDefault());
        assertThatThrownBy(() -> SecurityMapping.toCore(
                        older.setSeccompProfilePath("odd").build(), "s"))
                .hasMessage("s.seccomp is \"odd\", must be unconfined, runtime/default or localhost/NAME");
    }

    @Test
    void unsignedIdsSurvive() {
        NamespaceOption namespaces = POD.getLinux().getSecurityContext().getNamespaceOptions();
        UserNamespace namespace = namespaces.getUsernsOptions();
        PodSandboxConfig pod = withNamespaces(namespaces.toBuilder()
                .setUsernsOptions(namespace.toBuilder()
                        .setUids(0, namespace.getUids(0).toBuilder().setHostId((int) 4_000_000_000L))));
        SandboxConfig config = SandboxMapping.toCore(pod, "config");
        var user = Objects.requireNonNull(config.security().namespaces().userNamespace());
        assertThat(user.uids().getFirst().hostId()).isEqualTo(4_000_000_000L);
        assertThat(SandboxMapping.toStatus(sandbox(config))
                        .getLinux()
                        .getNamespaces()
                        .getOptions())
                .isEqualTo(pod.getLinux().getSecurityContext().getNamespaceOptions());
    }

    @Test
    void resourcesComeBack() {
        LinuxContainerResources resources = Filled.of(LinuxContainerResources.getDefaultInstance());
        assertThat(ResourcesMapping.toCri(ResourcesMapping.toCore(resources, "linux")))
                .isEqualTo(resources);
    }

    static Sandbox sandbox(SandboxConfig config) {
        return new Sandbox(
                "5a".repeat(32),
                config,
                "berth",
                SandboxState.READY,
                7,
                List.of("10.88.0.2", "fd00::2"),
                "/proc/1/ns/net",
                "/pod",
                1);
    }

    static Container container(ContainerConfig config) {
        return new Container(
                "c0".repeat(32),
                "5a".repeat(32),
                config,
                "sha256:1",
                "image@sha256:2",
                8,
                new ContainerState.Running(12, 9),
                new ContainerUser(1, 2, List.of(3L)),
                config.resources(),
                config.stopSignal(),
                "/log",
                "/pod/c");
    }

    private static io.berth.proto.cri.v1.ContainerConfig withoutExclusions(
            io.berth.proto.cri.v1.ContainerConfig config) {
        return secured(config.toBuilder(), LinuxContainerSecurityContext.Builder::clearRunAsUsername)
                .build();
    }

    private static io.berth.proto.cri.v1.ContainerConfig.Builder secured(
            io.berth.proto.cri.v1.ContainerConfig.Builder container,
            UnaryOperator<LinuxContainerSecurityContext.Builder> change) {
        LinuxContainerConfig linux = container.getLinux();
        return container.setLinux(
                linux.toBuilder().setSecurityContext(change.apply(linux.getSecurityContext().toBuilder())));
    }

    private static PodSandboxConfig withNamespaces(NamespaceOption.Builder namespaces) {
        LinuxPodSandboxConfig linux = POD.getLinux();
        return POD.toBuilder()
                .setLinux(linux.toBuilder()
                        .setSecurityContext(
                                linux.getSecurityContext().toBuilder().setNamespaceOptions(namespaces)))
                .build();
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refusedPod(
            UnaryOperator<PodSandboxConfig.Builder> change) {
        PodSandboxConfig changed = change.apply(POD.toBuilder()).build();
        return invalid(() -> SandboxMapping.toCore(changed, "config"));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(
            UnaryOperator<io.berth.proto.cri.v1.ContainerConfig.Builder> change) {
        io.berth.proto.cri.v1.ContainerConfig changed =
                change.apply(CONTAINER.toBuilder()).build();
        return invalid(() -> ContainerMapping.toCore(changed, "config"));
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> invalid(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        BerthException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT));
    }

    @Test
    void protocolsAreNotMixedUp() {
        for (Protocol protocol : List.of(Protocol.TCP, Protocol.UDP, Protocol.SCTP)) {
            PodSandboxConfig pod = POD.toBuilder()
                    .clearPortMappings()
                    .addPortMappings(PortMapping.newBuilder().setProtocol(protocol))
                    .build();
            assertThat(SandboxMapping.toCore(pod, "config")
                            .ports()
                            .getFirst()
                            .protocol()
                            .name())
                    .isEqualTo(protocol.name());
        }
    }
}
