package io.berth.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.Capability;
import io.berth.proto.cri.v1.Int64Value;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class CapabilityTest {
    // chown, dac_override, fowner, fsetid, kill, setgid, setuid, setpcap, net_bind_service, sys_chroot, setfcap:
    // what every runtime gives.
    private static final long MUST = 0x800405fbL;
    private static final int NET_ADMIN = 12;
    private static final int CHOWN = 0;
    private static final int SYS_ADMIN = 21;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan() {
        return NODE.pod("capable").run().container("main", NODE.busybox());
    }

    private static long set(PodContainer container, String name) {
        String line = container.exec("grep", "Cap" + name, "/proc/self/status");
        return Long.parseUnsignedLong(line.split("\t", -1)[1], 16);
    }

    private static boolean has(long set, int capability) {
        return (set & 1L << capability) != 0;
    }

    private static PodContainer with(Capability capability) {
        return plan().command("sleep", "100")
                .security(context -> context.setCapabilities(capability))
                .start();
    }

    @Test
    void aContainerHasTheUsualFewCapabilities() {
        PodContainer container = plan().command("sleep", "100").start();
        long effective = set(container, "Eff");
        assertThat(effective & MUST).isEqualTo(MUST);
        assertThat(has(effective, SYS_ADMIN)).isFalse();
        assertThat(has(effective, NET_ADMIN)).isFalse();
        assertThat(set(container, "Bnd")).isEqualTo(effective);
        assertThat(set(container, "Inh")).isZero();
        assertThat(set(container, "Amb")).isZero();
    }

    @Test
    void oneIsAddedAndOneIsDropped() {
        PodContainer container = with(Capability.newBuilder()
                .addAddCapabilities("NET_ADMIN")
                .addDropCapabilities("CHOWN")
                .build());
        assertThat(has(set(container, "Eff"), NET_ADMIN)).isTrue();
        assertThat(has(set(container, "Bnd"), CHOWN)).isFalse();
        assertThat(container.execSync(10, "chown", "1", "/tmp").getExitCode()).isNotZero();
    }

    @Test
    void allCanBeDropped() {
        PodContainer container =
                with(Capability.newBuilder().addDropCapabilities("ALL").build());
        for (String set : List.of("Eff", "Prm", "Bnd", "Inh", "Amb")) {
            assertThat(set(container, set)).as(set).isZero();
        }
    }

    @Test
    void droppingAllLeavesWhatIsAdded() {
        PodContainer container = with(Capability.newBuilder()
                .addDropCapabilities("ALL")
                .addAddCapabilities("CHOWN")
                .build());
        assertThat(set(container, "Eff")).isEqualTo(1L << CHOWN);
    }

    @Test
    void allThatTheDaemonHasCanBeAdded() throws IOException {
        PodContainer container =
                with(Capability.newBuilder().addAddCapabilities("ALL").build());
        String own = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff"))
                .findFirst()
                .orElseThrow();
        assertThat(set(container, "Eff")).isEqualTo(Long.parseUnsignedLong(own.split("\t", -1)[1], 16));
    }

    @Test
    void aUserWithoutRightsHasNoneInEffect() {
        PodContainer container = plan().command("sleep", "100")
                .security(
                        context -> context.setRunAsUser(Int64Value.newBuilder().setValue(1000)))
                .start();
        assertThat(set(container, "Eff")).isZero();
        assertThat(set(container, "Prm")).isZero();
        assertThat(set(container, "Bnd")).isNotZero();
    }

    @Test
    void ambientCapabilitiesReachAUserWithoutRights() {
        PodContainer container = plan().command("sleep", "100")
                .security(
                        context -> context.setRunAsUser(Int64Value.newBuilder().setValue(1000))
                                .setCapabilities(Capability.newBuilder().addAddAmbientCapabilities("NET_ADMIN")))
                .start();
        assertThat(has(set(container, "Eff"), NET_ADMIN)).isTrue();
        assertThat(has(set(container, "Amb"), NET_ADMIN)).isTrue();
    }

    @Test
    void anUnknownCapabilityIsNamed() {
        ContainerPlan plan = plan().command("true")
                .security(context ->
                        context.setCapabilities(Capability.newBuilder().addAddCapabilities("FLY")));
        Refusal.of(plan::start).is(Code.INVALID_ARGUMENT).saying("FLY");
    }

    @Test
    void noNewPrivilegesIsSet() {
        assertThat(plan().command("grep", "NoNewPrivs", "/proc/self/status")
                        .security(context -> context.setNoNewPrivs(true))
                        .start()
                        .output())
                .isEqualTo("NoNewPrivs:\t1\n");
        assertThat(plan().command("grep", "NoNewPrivs", "/proc/self/status")
                        .start()
                        .output())
                .isEqualTo("NoNewPrivs:\t0\n");
    }
}
