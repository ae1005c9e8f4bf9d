package io.berth.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.core.cgroup.LinuxResources;
import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.core.spec.OciHooks;
import io.berth.core.spec.OciIoPriority;
import io.berth.core.spec.OciLinux;
import io.berth.core.spec.OciMemoryPolicy;
import io.berth.core.spec.OciMount;
import io.berth.core.spec.OciProcess;
import io.berth.core.spec.OciResources;
import io.berth.core.spec.OciRoot;
import io.berth.core.spec.OciScheduler;
import io.berth.core.spec.OciSpec;
import io.berth.imagefs.Snapshot;
import io.berth.kernel.SystemCalls;
import io.berth.kernel.seccomp.SeccompCompiler;
import io.berth.proto.shim.v1.Hook;
import io.berth.proto.shim.v1.LaunchPlan;
import io.berth.proto.shim.v1.Mount;
import io.berth.proto.shim.v1.Namespaces;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanCompilerTest {
    private static final SandboxNamespaces SANDBOX =
            new SandboxNamespaces("/proc/7/ns/net", "/proc/7/ns/ipc", "/proc/7/ns/uts", "/proc/7/fd/9", "");
    private static final Path SHM = Path.of("/run/x/shm");

    private static LaunchPlan compile(SandboxNamespaces sandbox, OciMount... mounts) {
        return compile(null, sandbox, mounts);
    }

    private static LaunchPlan compile(@Nullable OciHooks hooks, SandboxNamespaces sandbox, OciMount... mounts) {
        return compile("", hooks, sandbox, mounts);
    }

    private static LaunchPlan compile(
            String label, @Nullable OciHooks hooks, SandboxNamespaces sandbox, OciMount... mounts) {
        OciSpec spec = new OciSpec(
                OciSpec.VERSION,
                new OciProcess(
                        false,
                        new OciProcess.User(1000, 100, null, List.of(100L, 20L)),
                        List.of("sh"),
                        List.of("A=b"),
                        "/",
                        new OciProcess.Capabilities(
                                List.of("CAP_CHOWN", "CAP_CHECKPOINT_RESTORE"),
                                List.of("CAP_CHOWN"),
                                List.of(),
                                List.of("CAP_CHOWN"),
                                List.of()),
                        List.of(new OciProcess.ResourceLimit("RLIMIT_NOFILE", 5, -1)),
                        true,
                        "",
                        -5,
                        "",
                        new OciIoPriority("IOPRIO_CLASS_IDLE", 3),
                        new OciScheduler("SCHED_BATCH", 5, 0, List.of("SCHED_FLAG_RESET_ON_FORK"), 0, 0, 0)),
                new OciRoot("/root", true),
                "",
                List.of(mounts),
                Map.of(),
                new OciLinux(
                        List.of(
                                new OciLinux.Namespace("network", "/proc/7/ns/net"),
                                new OciLinux.Namespace("pid", "/proc/99/ns/pid"),
                                new OciLinux.Namespace("mount", "")),
                        List.of(),
                        List.of(),
                        List.of(new OciLinux.Device("c", "/dev/null", 1, 3, 0666, 0L, 0L)),
                        "/berth/x",
                        OciResources.of(LinuxResources.NONE, List.of(OciResources.DeviceRule.all(false))),
                        null,
                        "rslave",
                        List.of("/proc/kcore"),
                        List.of("/proc/sys"),
                        label,
                        Map.of(),
                        new OciMemoryPolicy("MPOL_BIND", "0-1,64", List.of("MPOL_F_STATIC_NODES")),
                        Map.of()),
                hooks);
        return new PlanCompiler(new SeccompCompiler(SystemCalls.real()))
                .compile(
                        spec,
                        new LaunchContext(
                                "id",
                                sandbox,
                                SHM,
                                Path.of("/sys/fs/cgroup/berth/x"),
                                new Snapshot.Overlay(
                                        List.of(Path.of("/l/2"), Path.of("/l/1")),
                                        Path.of("/u"),
                                        Path.of("/w"),
                                        List.of("volatile")),
                                "/log",
                                true,
                                false,
                                16384,
                                false,
                                Path.of("/staging"),
                                Path.of("/bundle")));
    }

    private static Mount mount(OciMount mount) {
        return compile(SANDBOX, mount).getMounts(0);
    }

    @Test
    void namespacesAreRecognizedByTheirPaths() {
        Namespaces namespaces = compile(SANDBOX).getNamespaces();
        assertThat(namespaces.getNetwork().getKind()).isEqualTo(Namespaces.Kind.SANDBOX);
        assertThat(namespaces.getPid().getKind()).isEqualTo(Namespaces.Kind.PATH);
        assertThat(namespaces.getPid().getPath()).isEqualTo("/proc/99/ns/pid");
        assertThat(namespaces.getMount().getKind()).isEqualTo(Namespaces.Kind.NEW);
        assertThat(namespaces.getIpc().getKind()).isEqualTo(Namespaces.Kind.HOST);
    }

    @Test
    void hooksGetTheStateAndTheRootWhereTheSpecificationSays() {
        OciHooks hooks = new OciHooks(
                List.of(new OciHooks.Hook("/bin/first", List.of("first", "x"), List.of("A=b"), 2)),
                List.of(new OciHooks.Hook("/bin/second", List.of(), List.of(), null)),
                List.of(),
                List.of(),
                List.of(),
                List.of(new OciHooks.Hook("/bin/last", List.of(), List.of(), Integer.MAX_VALUE)));
        LaunchPlan plan = compile(hooks, SANDBOX);
        assertThat(plan.getRequiredFeaturesList()).contains("hooks");
        assertThat(plan.getHooks().getState())
                .isEqualTo("{\"ociVersion\":\"1.2.0\",\"id\":\"id\",\"bundle\":\"/bundle\"");
        assertThat(plan.getHooks().getCreateRuntimeList())
                .extracting(Hook::getStep, Hook::getPath, Hook::getTimeoutMilliseconds)
                .containsExactly(
                        tuple("prestart hook", "/bin/first", 2000L),
                        tuple("createRuntime hook", "/bin/second", 30_000L));
        assertThat(plan.getHooks().getPoststop(0).getTimeoutMilliseconds()).isEqualTo(3_600_000);
        assertThat(plan.getRoot().getStagingDirectory()).isEqualTo("/root");
        assertThat(HooksCompiler.startTime(plan.getHooks())).isEqualTo(Duration.ofSeconds(2 + 30 + 3600));
    }

    @Test
    void aPlanWithoutHooksNeedsNothingForThem() {
        LaunchPlan plan = compile(SANDBOX);
        assertThat(plan.hasHooks()).isFalse();
        assertThat(plan.getRequiredFeaturesList()).doesNotContain("hooks");
        assertThat(plan.getRoot().getStagingDirectory()).isEqualTo("/staging");
        assertThat(HooksCompiler.startTime(plan.getHooks())).isZero();
    }

    @Test
    void theRootIsTheSnapshot() {
        LaunchPlan plan = compile(SANDBOX);
        assertThat(plan.getRoot().getOverlay().getLowerDirectoriesList()).containsExactly("/l/2", "/l/1");
        assertThat(plan.getRoot().getOverlay().getOptionsList()).containsExactly("volatile");
        assertThat(plan.getRoot().getReadOnly()).isTrue();
        assertThat(plan.getRoot().getPropagation()).isEqualTo("rslave");
        assertThat(plan.getRoot().getIdmapped()).isFalse();
        assertThat(plan.getRoot().getNoDevices()).isTrue();
    }

    @Test
    void prioritiesAndPoliciesBecomeTheKernelsNumbers() {
        LaunchPlan plan = compile(SANDBOX);
        assertThat(plan.getRequiredFeaturesList()).containsExactly("scheduling");
        assertThat(plan.getProcess().getIoPriority().getPriorityClass()).isEqualTo(3);
        assertThat(plan.getProcess().getIoPriority().getLevel()).isEqualTo(3);
        assertThat(plan.getProcess().getScheduler().getPolicy()).isEqualTo(3);
        assertThat(plan.getProcess().getScheduler().getNice()).isEqualTo(5);
        assertThat(plan.getProcess().getScheduler().getFlags()).isEqualTo(1);
        assertThat(plan.getProcess().getMemoryPolicy().getMode()).isEqualTo(2 | 1 << 15);
        assertThat(plan.getProcess().getMemoryPolicy().getNodesList()).containsExactly(3L, 1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "1-", "3-1", "-1", "1024", "0,,1"})
    void aListOfNodesThatIsNoneIsRefused(String list) {
        assertThatThrownBy(() -> SchedulingCompiler.nodes(list)).hasMessageContaining("\"" + list + "\"");
    }

    @Test
    void capabilitiesBecomeMasksAndLimitsNumbers() {
        LaunchPlan plan = compile(SANDBOX);
        assertThat(plan.getProcess().getCapabilities().getBounding()).isEqualTo(1L << 40 | 1);
        assertThat(plan.getProcess().getResourceLimits(0).getResource()).isEqualTo(7);
        assertThat(plan.getProcess().getResourceLimits(0).getHard()).isEqualTo(-1);
        assertThat(plan.getProcess().getOomScoreAdj()).isEqualTo(-5);
    }

    @Test
    void bindOptionsBecomeAttributes() {
        Mount mount = mount(OciMount.of("/data", "bind", "/host", "rbind", "rslave", "ro", "noexec"));
        assertThat(mount.getSourceKind()).isEqualTo(Mount.SourceKind.BIND);
        assertThat(mount.getRecursive()).isTrue();
        assertThat(mount.getAttributesSet()).isEqualTo(0x1 | 0x8);
        assertThat(mount.getAttributesRecursive()).isFalse();
        assertThat(mount.getPropagation()).isEqualTo("rslave");
        assertThat(mount.getOptionsList()).isEmpty();
        assertThat(mount(OciMount.of("/data", "bind", "/host", "rbind", "rro")).getAttributesRecursive())
                .isTrue();
    }

    @Test
    void laterOptionsWinOverEarlierOnes() {
        Mount mount = mount(OciMount.of("/data", "bind", "/host", "bind", "ro", "rw", "noatime", "strictatime"));
        assertThat(mount.getAttributesSet()).isEqualTo(0x20);
        assertThat(mount.getAttributesClear()).isEqualTo(0x1 | 0x70);
    }

    @Test
    void fileSystemsKeepTheirOwnOptions() {
        Mount mount = mount(OciMount.of("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
        assertThat(mount.getSourceKind()).isEqualTo(Mount.SourceKind.FILE_SYSTEM);
        assertThat(mount.getFileSystemType()).isEqualTo("tmpfs");
        assertThat(mount.getOptionsList()).containsExactly("mode=755", "size=65536k");
        assertThat(mount(OciMount.of("/sys/fs/cgroup", "cgroup", "cgroup", "ro"))
                        .getFileSystemType())
                .isEqualTo("cgroup2");
    }

    @Test
    void theSandboxsShmIsKnownByItsPath() {
        assertThat(mount(OciMount.of("/dev/shm", "bind", SHM.toString(), "bind"))
                        .getSourceKind())
                .isEqualTo(Mount.SourceKind.SANDBOX_SHM);
    }

    @Test
    void aBoundDevHasNoDevicesOfOurs() {
        assertThat(compile(SANDBOX).getDevicesCount()).isEqualTo(1);
        LaunchPlan bound = compile(SANDBOX, OciMount.of("/dev", "bind", "/dev", "rbind"));
        assertThat(bound.getDevicesCount()).isZero();
        assertThat(bound.getSymlinksCount()).isZero();
    }

    @Test
    void aUserNamespaceMapsTheRootAndBindsTheDevices() {
        LaunchPlan plan =
                compile(new SandboxNamespaces("/proc/7/fd/3", "/proc/7/fd/4", "/proc/7/fd/5", "", "/proc/7/fd/6"));
        assertThat(plan.getRoot().getIdmapped()).isTrue();
        assertThat(plan.getDevices(0).getBindFrom()).isEqualTo("/dev/null");
    }

    @Test
    void anotherProcessSharesAllButTheCommand() {
        LaunchPlan plan = compile(SANDBOX);
        assertThat(ProcessCompiler.another(plan.getProcess(), List.of("id")))
                .isEqualTo(plan.getProcess().toBuilder()
                        .clearArguments()
                        .addArguments("id")
                        .clearCreateWorkingDirectory()
                        .build());
    }

    @Test
    void theMountLabelIsThatOfTheRootAndOfMountsThatHaveNoOther() {
        String label = "system_u:object_r:container_file_t:s0:c1,c2";
        LaunchPlan plan = compile(
                label,
                null,
                SANDBOX,
                OciMount.of("/dev", "tmpfs", "tmpfs"),
                OciMount.of("/dev/mqueue", "mqueue", "mqueue"),
                OciMount.of("/proc", "proc", "proc"),
                OciMount.of("/data", "bind", "/host", "rbind"));
        assertThat(plan.getRoot().getOverlay().getOptionsList()).containsExactly("volatile", "context=" + label);
        assertThat(plan.getMountsList()).extracting(Mount::getMountLabel).containsExactly(label, label, "", "");
    }
}
