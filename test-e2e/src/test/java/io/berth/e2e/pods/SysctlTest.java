package io.berth.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.pod.PodPlan;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SysctlTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    @Test
    void namespacedSysctlsHoldInThePodOnly() throws IOException {
        String before = Files.readString(Path.of("/proc/sys/kernel/shm_rmid_forced"));
        PodContainer container = NODE.pod("tuned")
                .sysctl("net.core.somaxconn", "777")
                .sysctl("net/ipv4/tcp_keepalive_time", "55")
                .sysctl("kernel.shm_rmid_forced", "1")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
        assertThat(container.exec("cat", "/proc/sys/net/core/somaxconn")).isEqualTo("777");
        assertThat(container.exec("cat", "/proc/sys/net/ipv4/tcp_keepalive_time"))
                .isEqualTo("55");
        assertThat(container.exec("cat", "/proc/sys/kernel/shm_rmid_forced")).isEqualTo("1");
        assertThat(Files.readString(Path.of("/proc/sys/kernel/shm_rmid_forced")))
                .isEqualTo(before);
    }

    @Test
    void whatAnInterfaceCopiesWhenItIsMadeReachesThePodsInterface() {
        PodContainer container = NODE.pod("copied")
                .sysctl("net.ipv4.conf.default.arp_ignore", "2")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
        assertThat(container.exec("cat", "/proc/sys/net/ipv4/conf/eth0/arp_ignore"))
                .isEqualTo("2");
    }

    @Test
    void aSysctlOfTheWholeMachineIsRefused() {
        Refusal.of(NODE.pod("greedy").sysctl("vm.swappiness", "1")::run)
                .is(Code.INVALID_ARGUMENT)
                .saying("vm.swappiness", "namespaced");
    }

    @Test
    void aNetworkSysctlOnTheHostsNetworkIsRefused() {
        PodPlan plan = NODE.pod("open").hostNetwork().sysctl("net.core.somaxconn", "777");
        Refusal.of(plan::run).is(Code.INVALID_ARGUMENT).saying("net.core.somaxconn", "network");
    }

    @Test
    void aSysctlThatDoesNotExistIsNamed() {
        Refusal.of(NODE.pod("wrong").sysctl("net.ipv4.no_such_thing", "1")::run)
                .is(Code.INVALID_ARGUMENT)
                .saying("no_such_thing", "no such file or directory");
    }

    @Test
    void aValueThatTheKernelRefusesIsNamed() {
        Refusal.of(NODE.pod("wrong").sysctl("net.core.somaxconn", "many")::run)
                .is(Code.INVALID_ARGUMENT)
                .saying("somaxconn", "invalid argument");
    }

    @Test
    void aNameThatClimbsOutIsRefused() {
        Refusal.of(NODE.pod("climbing").sysctl("net/../vm/swappiness", "1")::run)
                .is(Code.INVALID_ARGUMENT)
                .saying("net/../vm/swappiness");
    }

    @Test
    void lowPortsAndPingNeedNoCapability() {
        PodContainer container = NODE.pod("usual")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
        assertThat(container.exec("cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"))
                .isEqualTo("0");
        assertThat(container.exec("cat", "/proc/sys/net/ipv4/ping_group_range")).isEqualTo("0\t2147483647");
    }
}
