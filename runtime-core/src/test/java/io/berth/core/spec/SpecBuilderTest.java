package io.berth.core.spec;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.core.Configs;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ContainerMetadata;
import io.berth.core.container.EnvironmentVariable;
import io.berth.core.container.ImageSpec;
import io.berth.core.container.MountConfig;
import io.berth.core.container.MountPropagation;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.sandbox.SandboxFiles;
import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.core.security.AppArmor;
import io.berth.core.security.Capability;
import io.berth.core.security.CapabilityChange;
import io.berth.core.security.CapabilityPolicy;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.HostFacts;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.security.SecurityProfile;
import io.berth.core.security.SelinuxOptions;
import io.berth.core.security.SupplementalGroupsPolicy;
import io.berth.core.selinux.SelinuxLabels;
import io.berth.imagefs.ImageConfig;
import io.berth.imagefs.Platform;
import io.berth.imagefs.ResolvedUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecBuilderTest {
    private static final HostFacts HOST =
            new HostFacts(EnumSet.allOf(Capability.class), 0, false, false, true, "SCMP_ARCH_X86_64");
    private static final SandboxNamespaces NAMESPACES =
            new SandboxNamespaces("/proc/7/ns/net", "/proc/7/ns/ipc", "/proc/7/ns/uts", "", "");
    private static final ContainerSecurityContext PLAIN = ContainerSecurityContext.DEFAULT;

    @TempDir
    Path directory;

    private static ImageConfig image(List<String> entrypoint, List<String> command) {
        return new ImageConfig(
                "",
                List.of("PATH=/opt/bin", "FROM=image"),
                entrypoint,
                command,
                "/work",
                Set.of(),
                Set.of(),
                "",
                Platform.host(),
                "");
    }

    private OciSpec build(ContainerConfig container, ImageConfig image, SandboxNamespaces namespaces) {
        return new SpecBuilder(
                        HOST,
                        new SeccompProfiles(HOST.architecture()),
                        new DeviceLister(),
                        AppArmor.on(HOST),
                        SelinuxLabels.on(HOST, Set::of))
                .build(new SpecRequest(
                        container,
                        Configs.sandbox("pod"),
                        namespaces,
                        new SandboxFiles(directory),
                        "pod",
                        "",
                        image,
                        new ResolvedUser(1000, 100, List.of(10, 20), "/home/user"),
                        Map.of(),
                        "/root",
                        "/berth/x/y"));
    }

    private OciSpec build(ContainerConfig container) {
        return build(container, image(List.of("/entry"), List.of("default")), NAMESPACES);
    }

    private static ContainerConfig config(
            List<String> command,
            List<String> arguments,
            List<EnvironmentVariable> environment,
            List<MountConfig> mounts,
            ContainerSecurityContext security) {
        return new ContainerConfig(
                new ContainerMetadata("main", 0),
                ImageSpec.of("busybox"),
                command,
                arguments,
                "",
                environment,
                mounts,
                List.of(),
                Map.of(),
                Map.of(),
                "",
                false,
                false,
                false,
                LinuxResources.NONE,
                security,
                List.of(),
                "");
    }

    private static ContainerConfig line(List<String> command, List<String> arguments) {
        return config(command, arguments, List.of(), List.of(), PLAIN);
    }

    private static ContainerConfig mounts(MountConfig... mounts) {
        return config(List.of("x"), List.of(), List.of(), List.of(mounts), PLAIN);
    }

    private static ContainerConfig secured(ContainerSecurityContext security) {
        return config(List.of("x"), List.of(), List.of(), List.of(), security);
    }

    private static ContainerSecurityContext security(
            CapabilityChange capabilities,
            boolean privileged,
            NamespaceOptions namespaces,
            SupplementalGroupsPolicy policy,
            SecurityProfile seccomp,
            SecurityProfile apparmor) {
        return new ContainerSecurityContext(
                capabilities,
                privileged,
                namespaces,
                SelinuxOptions.NONE,
                null,
                null,
                "",
                false,
                List.of(42L, 10L),
                policy,
                false,
                null,
                null,
                seccomp,
                apparmor);
    }

    private static ContainerSecurityContext capabilities(List<String> add, List<String> drop, List<String> ambient) {
        return security(
                new CapabilityChange(add, drop, ambient),
                false,
                NamespaceOptions.DEFAULT,
                SupplementalGroupsPolicy.MERGE,
                SecurityProfile.unconfined(),
                SecurityProfile.unconfined());
    }

    @Test
    void devicesOfTheImageWorkOnlyInPrivilegedContainers() {
        OciSpec privileged = build(secured(security(
                CapabilityChange.NONE,
                true,
                NamespaceOptions.DEFAULT,
                SupplementalGroupsPolicy.MERGE,
                SecurityProfile.unconfined(),
                SecurityProfile.unconfined())));
        assertThat(requireNonNull(privileged.linux().resources()).deniesDevices())
                .isFalse();
        assertThat(requireNonNull(build(line(List.of(), List.of())).linux().resources())
                        .deniesDevices())
                .isTrue();
    }

    @Test
    void onlyWhereDevicesAreFilteredMayNodesBeMade() {
        HostFacts poor = new HostFacts(EnumSet.allOf(Capability.class), 0, false, false, false, "");
        assertThat(CapabilityPolicy.of(PLAIN, HOST).held()).contains(Capability.CAP_MKNOD);
        assertThat(CapabilityPolicy.of(PLAIN, poor).held()).doesNotContain(Capability.CAP_MKNOD);
    }

    @Test
    void theCommandLineIsMergedAsDockerDoes() {
        assertThat(build(line(List.of(), List.of())).process().args()).containsExactly("/entry", "default");
        assertThat(build(line(List.of(), List.of("a"))).process().args()).containsExactly("/entry", "a");
        assertThat(build(line(List.of("c"), List.of())).process().args()).containsExactly("c");
        assertThat(build(line(List.of("c"), List.of("a"))).process().args()).containsExactly("c", "a");
    }

    @Test
    void noCommandAtAllIsRefused() {
        assertThatThrownBy(() -> build(line(List.of(), List.of()), image(List.of(), List.of()), NAMESPACES))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
                .hasMessageContaining("no command");
    }

    @Test
    void theEnvironmentOfTheConfigWinsOverTheImages() {
        ContainerConfig container =
                config(List.of("x"), List.of(), List.of(new EnvironmentVariable("FROM", "config")), List.of(), PLAIN);
        assertThat(build(container).process().env())
                .contains("PATH=/opt/bin", "FROM=config", "HOSTNAME=pod", "HOME=/home/user")
                .doesNotContain("FROM=image");
    }

    @Test
    void theUsersGroupsFollowThePolicy() {
        OciProcess.User merged = build(secured(capabilities(List.of(), List.of(), List.of())))
                .process()
                .user();
        assertThat(merged.additionalGids()).containsExactly(100L, 10L, 20L, 42L);
        OciProcess.User strict = build(secured(security(
                        CapabilityChange.NONE,
                        false,
                        NamespaceOptions.DEFAULT,
                        SupplementalGroupsPolicy.STRICT,
                        SecurityProfile.unconfined(),
                        SecurityProfile.unconfined())))
                .process()
                .user();
        assertThat(strict.additionalGids()).containsExactly(100L, 42L, 10L);
    }

    @Test
    void capabilitiesAreAddedAndDropped() {
        OciProcess.Capabilities changed =
                held(capabilities(List.of("NET_ADMIN", "cap_sys_time"), List.of("KILL"), List.of()));
        assertThat(changed.bounding())
                .contains("CAP_NET_ADMIN", "CAP_SYS_TIME", "CAP_CHOWN")
                .doesNotContain("CAP_KILL");
        assertThat(changed.inheritable()).isEmpty();
        assertThat(held(capabilities(List.of("CHOWN"), List.of("ALL"), List.of()))
                        .effective())
                .containsExactly("CAP_CHOWN");
        assertThat(held(capabilities(List.of("ALL"), List.of("SYS_ADMIN"), List.of()))
                        .permitted())
                .hasSize(40)
                .doesNotContain("CAP_SYS_ADMIN");
        OciProcess.Capabilities ambient = held(capabilities(List.of(), List.of(), List.of("NET_RAW")));
        assertThat(ambient.ambient()).containsExactly("CAP_NET_RAW");
        assertThat(ambient.inheritable()).containsExactly("CAP_NET_RAW");
    }

    private OciProcess.Capabilities held(ContainerSecurityContext security) {
        OciProcess.Capabilities capabilities =
                build(secured(security)).process().capabilities();
        if (capabilities == null) {
            throw new AssertionError("no capabilities");
        }
        return capabilities;
    }

    @Test
    void anUnknownCapabilityIsRefusedByName() {
        assertThatThrownBy(() -> build(secured(capabilities(List.of("FLY"), List.of(), List.of()))))
                .hasMessageContaining("\"FLY\"");
    }

    @Test
    void thePrivilegedSeeTheWholeMachine() {
        OciSpec spec = build(secured(security(
                CapabilityChange.NONE,
                true,
                NamespaceOptions.DEFAULT,
                SupplementalGroupsPolicy.MERGE,
                SecurityProfile.runtimeDefault(),
                SecurityProfile.unconfined())));
        assertThat(spec.linux().maskedPaths()).isEmpty();
        assertThat(spec.linux().readonlyPaths()).isEmpty();
        assertThat(spec.linux().seccomp()).isNull();
        assertThat(spec.linux().namespaces())
                .noneMatch(namespace -> namespace.type().equals("cgroup"));
        assertThat(option(spec, "/sys")).contains("rw");
    }

    @Test
    void theDefaultSeccompProfileKnowsTheCapabilities() {
        assertThat(allowed(capabilitiesWithSeccomp(List.of())))
                .contains("read", "openat")
                .doesNotContain("mount");
        assertThat(allowed(capabilitiesWithSeccomp(List.of("SYS_ADMIN")))).contains("mount", "clone3");
    }

    private static ContainerSecurityContext capabilitiesWithSeccomp(List<String> add) {
        return security(
                new CapabilityChange(add, List.of(), List.of()),
                false,
                NamespaceOptions.DEFAULT,
                SupplementalGroupsPolicy.MERGE,
                SecurityProfile.runtimeDefault(),
                SecurityProfile.unconfined());
    }

    private List<String> allowed(ContainerSecurityContext security) {
        OciSeccomp seccomp = build(secured(security)).linux().seccomp();
        if (seccomp == null) {
            throw new AssertionError("no profile");
        }
        return seccomp.syscalls().stream()
                .filter(calls -> calls.action().equals("SCMP_ACT_ALLOW"))
                .flatMap(calls -> calls.names().stream())
                .toList();
    }

    @Test
    void aSeccompProfileThatIsNotThereIsNamed() {
        SecurityProfile missing = new SecurityProfile(SecurityProfile.Type.LOCALHOST, "/nowhere/profile.json");
        assertThatThrownBy(() -> build(secured(security(
                        CapabilityChange.NONE,
                        false,
                        NamespaceOptions.DEFAULT,
                        SupplementalGroupsPolicy.MERGE,
                        missing,
                        SecurityProfile.unconfined()))))
                .hasMessageContaining("/nowhere/profile.json");
    }

    @Test
    void anApparmorProfileNeedsAKernelThatHasApparmor() {
        SecurityProfile profile = new SecurityProfile(SecurityProfile.Type.LOCALHOST, "mine");
        assertThatThrownBy(() -> build(secured(security(
                        CapabilityChange.NONE,
                        false,
                        NamespaceOptions.DEFAULT,
                        SupplementalGroupsPolicy.MERGE,
                        SecurityProfile.unconfined(),
                        profile))))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.FAILED_PRECONDITION));
    }

    @Test
    void namespacesAreTheSandboxsItsOwnOrTheHosts() {
        OciSpec spec = build(secured(Configs.security(Configs.namespaces(NamespaceMode.CONTAINER))));
        assertThat(spec.linux().namespaces())
                .contains(
                        new OciLinux.Namespace("network", "/proc/7/ns/net"),
                        new OciLinux.Namespace("pid", ""),
                        new OciLinux.Namespace("mount", ""),
                        new OciLinux.Namespace("cgroup", ""))
                .noneMatch(namespace -> namespace.type().equals("user"));
        OciSpec host = build(secured(Configs.security(Configs.namespaces(NamespaceMode.NODE))));
        assertThat(host.linux().namespaces())
                .noneMatch(namespace -> namespace.type().equals("pid"));
    }

    @Test
    void mountsComeParentsFirstAndReplaceTheDefaults() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        OciSpec spec = build(mounts(
                MountConfig.bind(source.toString(), "/a/b/c", true),
                MountConfig.bind(source.toString(), "/a", false),
                MountConfig.bind(source.toString(), "/etc/hosts", false)));
        List<String> destinations =
                spec.mounts().stream().map(OciMount::destination).toList();
        assertThat(destinations.indexOf("/a")).isLessThan(destinations.indexOf("/a/b/c"));
        assertThat(destinations).containsOnlyOnce("/etc/hosts");
        assertThat(option(spec, "/a/b/c")).containsExactly("rbind", "rprivate", "ro");
        assertThat(source(spec, "/etc/hosts")).isEqualTo(source.toRealPath().toString());
    }

    @Test
    void aMountOnDevReplacesAllBelowIt() throws IOException {
        Path source = Files.createDirectory(directory.resolve("source"));
        assertThat(build(mounts(MountConfig.bind(source.toString(), "/dev", false)))
                        .mounts())
                .noneMatch(mount -> mount.destination().startsWith("/dev/"));
    }

    @Test
    void aMissingSourceIsRefusedAndNotMade() {
        Path source = directory.resolve("not/there");
        assertThatThrownBy(() -> build(mounts(MountConfig.bind(source.toString(), "/data", false))))
                .hasMessageContaining(source + "\": no such file or directory");
        assertThat(source.getParent()).doesNotExist();
    }

    @Test
    void aSourceThatIsUnderAFileIsRefusedByName() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> build(mounts(MountConfig.bind(file + "/below", "/data", false))))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.INVALID_ARGUMENT))
                .hasMessageContaining(file + "/below");
    }

    @Test
    void recursiveReadOnlyNeedsReadonlyAndPrivate() {
        assertThatThrownBy(() -> build(mounts(recursive(false, MountPropagation.PRIVATE))))
                .hasMessageContaining("without readonly");
        assertThatThrownBy(() -> build(mounts(recursive(true, MountPropagation.HOST_TO_CONTAINER))))
                .hasMessageContaining("propagation must be private");
        assertThat(option(build(mounts(recursive(true, MountPropagation.PRIVATE))), "/data"))
                .contains("rro");
    }

    private MountConfig recursive(boolean readonly, MountPropagation propagation) {
        return new MountConfig(
                "/data",
                directory.toString(),
                readonly,
                false,
                propagation,
                List.of(),
                List.of(),
                true,
                null,
                "",
                List.of());
    }

    @Test
    void onlyThePrivilegedMayMountOnTheNode() {
        MountConfig both = new MountConfig(
                "/data",
                directory.toString(),
                false,
                false,
                MountPropagation.BIDIRECTIONAL,
                List.of(),
                List.of(),
                false,
                null,
                "",
                List.of());
        assertThatThrownBy(() -> build(mounts(both))).hasMessageContaining("privileged");
    }

    @Test
    void aSpecIsReadBackAsItWasWritten() {
        OciSpec spec = build(secured(capabilitiesWithSeccomp(List.of("NET_ADMIN"))));
        Path file = directory.resolve("config.json");
        SpecJson.write(file, spec);
        assertThat(SpecJson.read(file)).isEqualTo(spec);
    }

    @Test
    void theTreeOfASpecIsWhatItsFileHolds() throws Exception {
        OciSpec spec = build(secured(capabilitiesWithSeccomp(List.of("NET_ADMIN"))));
        Path file = directory.resolve("config.json");
        SpecJson.write(file, spec);
        assertThat(new ObjectMapper().readTree(file.toFile()))
                .hasToString(SpecTree.of(spec).toString());
        assertThat(SpecTree.spec(SpecTree.of(spec))).isEqualTo(spec);
    }

    private static List<String> option(OciSpec spec, String destination) {
        return spec.mounts().stream()
                .filter(mount -> mount.destination().equals(destination))
                .findFirst()
                .orElseThrow()
                .options();
    }

    private static String source(OciSpec spec, String destination) {
        return spec.mounts().stream()
                .filter(mount -> mount.destination().equals(destination))
                .findFirst()
                .orElseThrow()
                .source();
    }
}
