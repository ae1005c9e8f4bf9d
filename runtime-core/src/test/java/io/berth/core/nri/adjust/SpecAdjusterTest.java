package io.berth.core.nri.adjust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.berth.core.cdi.CdiDevices;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.security.HostFacts;
import io.berth.core.security.NamespaceMode;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.spec.OciHooks;
import io.berth.core.spec.OciIoPriority;
import io.berth.core.spec.OciLinux;
import io.berth.core.spec.OciMemoryPolicy;
import io.berth.core.spec.OciMount;
import io.berth.core.spec.OciProcess;
import io.berth.core.spec.OciResources;
import io.berth.core.spec.OciScheduler;
import io.berth.core.spec.OciSeccomp;
import io.berth.core.spec.OciSpec;
import io.berth.core.spec.SpecJson;
import io.berth.proto.nri.v1alpha1.CDIDevice;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerAdjustment;
import io.berth.proto.nri.v1alpha1.CreateContainerResponse;
import io.berth.proto.nri.v1alpha1.Hook;
import io.berth.proto.nri.v1alpha1.IOPrioClass;
import io.berth.proto.nri.v1alpha1.KeyValue;
import io.berth.proto.nri.v1alpha1.LinuxContainerAdjustment;
import io.berth.proto.nri.v1alpha1.LinuxDevice;
import io.berth.proto.nri.v1alpha1.LinuxNamespace;
import io.berth.proto.nri.v1alpha1.LinuxNetDevice;
import io.berth.proto.nri.v1alpha1.LinuxPids;
import io.berth.proto.nri.v1alpha1.LinuxSchedulerFlag;
import io.berth.proto.nri.v1alpha1.LinuxSchedulerPolicy;
import io.berth.proto.nri.v1alpha1.LinuxSyscall;
import io.berth.proto.nri.v1alpha1.Mount;
import io.berth.proto.nri.v1alpha1.MpolMode;
import io.berth.proto.nri.v1alpha1.OptionalFileMode;
import io.berth.proto.nri.v1alpha1.OptionalInt;
import io.berth.proto.nri.v1alpha1.OptionalInt64;
import io.berth.proto.nri.v1alpha1.POSIXRlimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpecAdjusterTest {
    private static final HostFacts HOST = new HostFacts(Set.of(), 100, false, false, false, "SCMP_ARCH_X86_64");

    @TempDir
    Path directory;

    private OciSpec spec() throws Exception {
        Path file = directory.resolve("config.json");
        Files.writeString(file, """
                {"ociVersion": "1.2.0",
                 "process": {"terminal": false, "user": {"uid": 0, "gid": 0}, "args": ["sleep"], "cwd": "/",
                   "env": ["PATH=/bin", "A=1"], "noNewPrivileges": false,
                   "rlimits": [{"type": "RLIMIT_NOFILE", "soft": 1, "hard": 2}]},
                 "root": {"path": "/root", "readonly": false},
                 "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"},
                   {"destination": "/data/deep", "type": "bind", "source": "/x"}],
                 "annotations": {"old": "1"},
                 "linux": {"namespaces": [{"type": "mount"}, {"type": "pid"}, {"type": "network", "path": "/proc/1/ns/net"}],
                   "devices": [{"type": "c", "path": "/dev/null", "major": 1, "minor": 3}],
                   "resources": {"devices": [{"allow": false, "access": "rwm"}]}}}""");
        return SpecJson.read(file);
    }

    private OciSpec adjusted(Consumer<ContainerAdjustment.Builder> change, NamespaceMode network) throws Exception {
        AdjustmentCollector collector =
                new AdjustmentCollector(Container.newBuilder().setId("c1").build());
        CreateContainerResponse.Builder response = CreateContainerResponse.newBuilder();
        change.accept(response.getAdjustBuilder());
        collector.apply(response.build(), "10-a");
        SpecAdjuster adjuster = new SpecAdjuster(
                "c1",
                collector.adjustment(),
                collector.owners(),
                new NamespaceOptions(network, NamespaceMode.POD, NamespaceMode.POD, "", null),
                HOST);
        return adjuster.apply(spec(), LinuxResources.NONE.with(adjuster.resources()));
    }

    private OciSpec adjusted(Consumer<ContainerAdjustment.Builder> change) throws Exception {
        return adjusted(change, NamespaceMode.POD);
    }

    @Test
    void anEmptyAdjustmentChangesNothing() throws Exception {
        assertThat(adjusted(adjustment -> {})).isEqualTo(spec());
    }

    @Test
    void theEnvironmentTheArgumentsAndTheAnnotationsAreChanged() throws Exception {
        OciSpec spec = adjusted(adjustment -> adjustment
                .addEnv(KeyValue.newBuilder().setKey("A").setValue("2"))
                .addEnv(KeyValue.newBuilder().setKey("-PATH"))
                .addArgs("echo")
                .addArgs("hello")
                .putAnnotations("new", "2")
                .putAnnotations("-old", ""));
        assertThat(spec.process().env()).containsExactly("A=2");
        assertThat(spec.process().args()).containsExactly("echo", "hello");
        assertThat(spec.annotations()).containsOnly(Map.entry("new", "2"));
    }

    @Test
    void mountsReplaceThoseOfTheSamePlaceAndComeInTheOrderOfTheirDepth() throws Exception {
        OciSpec spec = adjusted(adjustment -> adjustment
                .addMounts(Mount.newBuilder()
                        .setDestination("/data/deep")
                        .setType("tmpfs")
                        .setSource("tmpfs"))
                .addMounts(Mount.newBuilder()
                        .setDestination("/data")
                        .setType("bind")
                        .setSource("/y")
                        .addOptions("rbind")
                        .addOptions("rslave")));
        assertThat(spec.mounts())
                .extracting(OciMount::destination, OciMount::type)
                .containsExactly(tuple("/proc", "proc"), tuple("/data", "bind"), tuple("/data/deep", "tmpfs"));
        assertThat(spec.linux().rootfsPropagation()).isEqualTo("rslave");
    }

    @Test
    void devicesNamespacesLimitsAndTheScoreAreChanged() throws Exception {
        OciSpec spec = adjusted(adjustment -> {
            adjustment.addRlimits(POSIXRlimit.newBuilder()
                    .setType("RLIMIT_NOFILE")
                    .setSoft(-1)
                    .setHard(-1));
            adjustment
                    .getLinuxBuilder()
                    .addDevices(LinuxDevice.newBuilder().setPath("-/dev/null"))
                    .addDevices(LinuxDevice.newBuilder()
                            .setPath("/dev/fuse")
                            .setType("c")
                            .setMajor(10)
                            .setMinor(229)
                            .setFileMode(OptionalFileMode.newBuilder().setValue(0600)))
                    .addNamespaces(LinuxNamespace.newBuilder().setType("-network"))
                    .addNamespaces(LinuxNamespace.newBuilder().setType("uts"))
                    .putSysctl("net.ipv4.ip_forward", "1")
                    .setOomScoreAdj(OptionalInt.newBuilder().setValue(-500));
        });
        assertThat(spec.process().rlimits()).containsExactly(new OciProcess.ResourceLimit("RLIMIT_NOFILE", -1, -1));
        assertThat(spec.linux().devices())
                .containsExactly(new OciLinux.Device("c", "/dev/fuse", 10, 229, 0600, null, null));
        OciResources resources = Objects.requireNonNull(spec.linux().resources());
        assertThat(resources.devices())
                .containsExactly(
                        new OciResources.DeviceRule(false, "", null, null, "rwm"),
                        new OciResources.DeviceRule(true, "c", 10L, 229L, "rwm"));
        assertThat(spec.linux().namespaces())
                .extracting(OciLinux.Namespace::type)
                .containsExactly("mount", "pid", "uts");
        assertThat(spec.linux().sysctl()).containsEntry("net.ipv4.ip_forward", "1");
        // What the daemon may not set it does not promise.
        assertThat(spec.process().oomScoreAdj()).isEqualTo(100);
    }

    @Test
    void resourcesAndTheSeccompFilterAreSet() throws Exception {
        OciSpec spec = adjusted(adjustment -> {
            var linux = adjustment.getLinuxBuilder();
            linux.getResourcesBuilder()
                    .setPids(LinuxPids.newBuilder().setLimit(7))
                    .getMemoryBuilder()
                    .setLimit(OptionalInt64.newBuilder().setValue(1000))
                    .setReservation(OptionalInt64.newBuilder().setValue(500));
            linux.getSeccompPolicyBuilder()
                    .setDefaultAction("SCMP_ACT_ALLOW")
                    .addSyscalls(LinuxSyscall.newBuilder()
                            .setAction("SCMP_ACT_ERRNO")
                            .addNames("mkdir"));
        });
        OciResources resources = Objects.requireNonNull(spec.linux().resources());
        assertThat(resources.memory()).isEqualTo(new OciResources.Memory(1000L, null));
        assertThat(resources.unified()).containsEntry("pids.max", "7").containsEntry("memory.low", "500");
        assertThat(resources.deniesDevices()).isTrue();
        OciSeccomp seccomp = Objects.requireNonNull(spec.linux().seccomp());
        assertThat(seccomp.syscalls().getFirst().names()).containsExactly("mkdir");
    }

    @Test
    void aSysctlOfTheNodeIsRefusedAlsoToAPlugin() {
        assertThatThrownBy(() -> adjusted(
                        adjustment -> adjustment.getLinuxBuilder().putSysctl("net.ipv4.ip_forward", "1"),
                        NamespaceMode.NODE))
                .hasMessageContaining("10-a")
                .hasMessageContaining("would change the node");
    }

    @Test
    void hooksAreAddedBehindThoseThatThereAre() throws Exception {
        OciSpec spec = adjusted(adjustment -> adjustment
                .getHooksBuilder()
                .addPrestart(Hook.newBuilder().setPath("/one").addArgs("one").addArgs("x"))
                .addPoststop(Hook.newBuilder()
                        .setPath("/two")
                        .addEnv("A=b")
                        .setTimeout(OptionalInt.newBuilder().setValue(5))));
        OciHooks hooks = Objects.requireNonNull(spec.hooks());
        assertThat(hooks.prestart()).containsExactly(new OciHooks.Hook("/one", List.of("one", "x"), List.of(), null));
        assertThat(hooks.poststop()).containsExactly(new OciHooks.Hook("/two", List.of(), List.of("A=b"), 5));
        assertThat(hooks.all()).hasSize(2);
    }

    @Test
    void prioritiesPoliciesAndNetworkDevicesAreSet() throws Exception {
        OciSpec spec = adjusted(adjustment -> {
            LinuxContainerAdjustment.Builder linux = adjustment.getLinuxBuilder();
            linux.getIoPriorityBuilder().setClass_(IOPrioClass.IOPRIO_CLASS_BE).setPriority(4);
            linux.getSchedulerBuilder()
                    .setPolicy(LinuxSchedulerPolicy.SCHED_FIFO)
                    .setPriority(10)
                    .addFlags(LinuxSchedulerFlag.SCHED_FLAG_RESET_ON_FORK);
            linux.getMemoryPolicyBuilder().setMode(MpolMode.MPOL_BIND).setNodes("0");
            linux.putNetDevices(
                            "eth7", LinuxNetDevice.newBuilder().setName("fast0").build())
                    .putNetDevices("-eth8", LinuxNetDevice.getDefaultInstance());
        });
        assertThat(spec.process().ioPriority()).isEqualTo(new OciIoPriority("IOPRIO_CLASS_BE", 4));
        assertThat(spec.process().scheduler())
                .isEqualTo(new OciScheduler("SCHED_FIFO", 0, 10, List.of("SCHED_FLAG_RESET_ON_FORK"), 0, 0, 0));
        assertThat(spec.linux().memoryPolicy()).isEqualTo(new OciMemoryPolicy("MPOL_BIND", "0", List.of()));
        assertThat(spec.linux().netDevices()).containsOnly(Map.entry("eth7", new OciLinux.NetDevice("fast0")));
    }

    @Test
    void aCdiDeviceThatThereIsNotIsRefusedWithThePluginsName() {
        AdjustmentCollector collector =
                new AdjustmentCollector(Container.newBuilder().setId("c1").build());
        CreateContainerResponse.Builder response = CreateContainerResponse.newBuilder();
        response.getAdjustBuilder().addCDIDevices(CDIDevice.newBuilder().setName("vendor.com/device=none"));
        collector.apply(response.build(), "10-a");
        SpecAdjuster adjuster = new SpecAdjuster(
                "c1",
                collector.adjustment(),
                collector.owners(),
                new NamespaceOptions(NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD, "", null),
                HOST);
        assertThatThrownBy(() -> adjuster.inject(spec(), new CdiDevices(List.of(directory))))
                .hasMessageContaining("10-a")
                .hasMessageContaining("vendor.com/device=none");
    }

    static Stream<Arguments> whatBerthCannotDo() {
        return Stream.of(
                refused(
                        "\"bin/x\" is no absolute path",
                        all -> all.getHooksBuilder()
                                .addPoststop(Hook.newBuilder().setPath("bin/x"))),
                refused("linux.cgroups_path", all -> all.getLinuxBuilder().setCgroupsPath("/elsewhere")),
                refused(
                        "linux.io_priority",
                        all -> all.getLinuxBuilder().getIoPriorityBuilder().setPriority(8)),
                refused(
                        "linux.scheduler",
                        all -> all.getLinuxBuilder().getSchedulerBuilder().setPolicyValue(99)),
                refused(
                        "is no list of nodes",
                        all -> all.getLinuxBuilder().getMemoryPolicyBuilder().setNodes("x")),
                refused(
                        "linux.rdt.clos_id",
                        all -> all.getLinuxBuilder()
                                .getRdtBuilder()
                                .getClosIdBuilder()
                                .setValue("x")),
                refused(
                        "linux.seccomp_policy.listener_path",
                        all -> all.getLinuxBuilder().getSeccompPolicyBuilder().setListenerPath("/x")),
                refused(
                        "\"mount\"",
                        all -> all.getLinuxBuilder()
                                .addNamespaces(LinuxNamespace.newBuilder().setType("-mount"))),
                refused(
                        "linux.resources.memory.kernel",
                        all -> all.getLinuxBuilder()
                                .getResourcesBuilder()
                                .getMemoryBuilder()
                                .setKernel(OptionalInt64.newBuilder().setValue(1))),
                refused(
                        "linux.resources.blockio_class",
                        all -> all.getLinuxBuilder()
                                .getResourcesBuilder()
                                .getBlockioClassBuilder()
                                .setValue("gold")),
                refused(
                        "no resource limit",
                        all -> all.addRlimits(POSIXRlimit.newBuilder().setType("NOFILE"))),
                refused(
                        "no absolute path",
                        all -> all.addMounts(Mount.newBuilder().setDestination("relative"))));
    }

    private static Arguments refused(String words, Consumer<ContainerAdjustment.Builder> change) {
        return Arguments.of(words, change);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatBerthCannotDo")
    void whatBerthCannotDoIsRefusedByItsNameAndThePlugins(String words, Consumer<ContainerAdjustment.Builder> change) {
        assertThatThrownBy(() -> adjusted(change))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.FAILED_PRECONDITION))
                .hasMessageContaining(words)
                .hasMessageContaining("10-a");
    }
}
