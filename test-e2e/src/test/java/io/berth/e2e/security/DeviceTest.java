package io.berth.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.Capability;
import io.berth.proto.cri.v1.Device;
import io.grpc.Status.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the device filter lets through, where the kernel takes one from this daemon. */
class DeviceTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    @BeforeEach
    void needAFilter() {
        assumeThat(NODE.daemon().log()).doesNotContain("takes no device filter");
    }

    private static ContainerPlan plan() {
        return NODE.pod("device")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                // Which the kernel wants of readers of /dev/kmsg, whatever a filter says.
                .security(context ->
                        context.setCapabilities(Capability.newBuilder().addAddCapabilities("SYSLOG")));
    }

    private static PodContainer with(String hostPath, String permissions) {
        return plan().with(config -> config.addDevices(Device.newBuilder()
                        .setHostPath(hostPath)
                        .setContainerPath("/dev/given")
                        .setPermissions(permissions)))
                .start();
    }

    private static boolean succeeds(PodContainer container, String script) {
        return container.execSync(10, "sh", "-c", script).getExitCode() == 0;
    }

    @Test
    void nodesMayBeMadeAndAreOfNoUse() {
        PodContainer container = plan().start();
        assertThat(container.shell("mknod /kmsg c 1 11 && mknod /disk b 7 0 && echo made"))
                .isEqualTo("made");
        assertThat(container.execSync(10, "sh", "-c", ": < /kmsg").getStderr().toStringUtf8())
                .contains("Operation not permitted");
    }

    @Test
    void aDeviceThatIsGivenCanBeReadAndNotWritten() {
        PodContainer container = with("/dev/kmsg", "r");
        assertThat(succeeds(container, ": < /dev/given")).isTrue();
        assertThat(succeeds(container, ": > /dev/given")).isFalse();
    }

    @Test
    void aDeviceIsGivenUnderEveryName() {
        // The filter is about the device, whatever its node is called.
        PodContainer container = with("/dev/kmsg", "rw");
        assertThat(succeeds(container, "mknod /other c 1 11 && : < /other && : > /other"))
                .isTrue();
    }

    @Test
    void theUsualDevicesAndTerminalsWork() {
        PodContainer container = plan().start();
        assertThat(succeeds(container, "head -c 1 /dev/urandom > /dev/null && : <> /dev/ptmx && : < /dev/full"))
                .isTrue();
    }

    @Test
    void aPrivilegedContainerUsesAllDevices() {
        PodContainer container = NODE.pod("device")
                .privileged()
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                .privileged()
                .start();
        assertThat(succeeds(container, "mknod /kmsg c 1 11 && : < /kmsg")).isTrue();
    }

    @Test
    void whatIsNoDeviceIsNamed() {
        ContainerPlan plan = plan().with(config -> config.addDevices(Device.newBuilder()
                .setHostPath("/etc/passwd")
                .setContainerPath("/dev/given")
                .setPermissions("r")));
        Refusal.of(plan::start).is(Code.INVALID_ARGUMENT).saying("/etc/passwd");
    }
}
