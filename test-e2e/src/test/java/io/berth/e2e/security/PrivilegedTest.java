package io.berth.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.PodContainer;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PrivilegedTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    @Test
    void aPrivilegedContainerMayMountAndSeesTheDevices() {
        PodContainer container = NODE.pod("privileged")
                .privileged()
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "100")
                .privileged()
                .start();
        assertThat(container.shell(
                        "mount -t tmpfs tmpfs /mnt 2>&1 || mkdir /mnt && mount -t tmpfs tmpfs /mnt && echo mounted"))
                .endsWith("mounted");
        assertThat(container.exec("grep", "Seccomp:", "/proc/self/status")).isEqualTo("Seccomp:\t0");
        assertThat(container.shell("awk '$2 == \"/sys\" {print substr($4, 1, 2)}' /proc/mounts"))
                .isEqualTo("rw");
        assertThat(container.shell("echo 1 > /proc/sys/net/ipv4/ip_forward && cat /proc/sys/net/ipv4/ip_forward"))
                .isEqualTo("1");
        assertThat(container.shell("ls /dev")).contains("kmsg");
    }

    @Test
    void aPrivilegedContainerNeedsAPrivilegedPod() {
        var plan = NODE.pod("ordinary")
                .run()
                .container("main", NODE.busybox())
                .command("true")
                .privileged();
        Refusal.of(plan::start).is(Code.INVALID_ARGUMENT).saying("privileged");
    }
}
