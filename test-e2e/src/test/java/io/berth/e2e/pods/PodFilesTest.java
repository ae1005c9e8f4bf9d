package io.berth.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.DNSConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PodFilesTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static PodContainer sleeping(Pod pod) {
        return pod.container("main", NODE.busybox()).command("sleep", "1000").start();
    }

    @Test
    void theHostnameIsThePods() {
        PodContainer container = sleeping(NODE.pod("vasa").run());
        assertThat(container.exec("hostname")).isEqualTo("vasa");
        assertThat(container.exec("cat", "/etc/hostname")).isEqualTo("vasa");
        assertThat(container.shell("echo $HOSTNAME")).isEqualTo("vasa");
    }

    @Test
    void thePodsDnsSettingsAreWritten() {
        PodContainer container = sleeping(NODE.pod("resolving")
                .with(config -> config.setDnsConfig(DNSConfig.newBuilder()
                        .addServers("10.96.0.10")
                        .addServers("fd00::10")
                        .addAllSearches(List.of("default.svc.cluster.local", "cluster.local"))
                        .addOptions("ndots:5")))
                .run());
        assertThat(container.exec("cat", "/etc/resolv.conf")).isEqualTo("""
                        search default.svc.cluster.local cluster.local
                        nameserver 10.96.0.10
                        nameserver fd00::10
                        options ndots:5""");
    }

    @Test
    void withoutDnsSettingsTheHostsHold() throws IOException {
        PodContainer container = sleeping(NODE.pod("inheriting").run());
        assertThat(container.exec("cat", "/etc/resolv.conf"))
                .isEqualTo(Files.readString(Path.of("/etc/resolv.conf")).stripTrailing());
    }

    @Test
    void theHostsFileKnowsThePodAndLocalhost() {
        Pod pod = NODE.pod("kalmar").run();
        PodContainer container = sleeping(pod);
        assertThat(container.exec("cat", "/etc/hosts").lines())
                .anyMatch(line -> line.matches("127\\.0\\.0\\.1\\s+localhost.*"))
                .anyMatch(line -> line.matches("::1\\s+.*localhost.*"))
                .anyMatch(line -> line.matches(pod.address().replace(".", "\\.") + "\\s+kalmar"));
    }

    @Test
    void onTheHostsNetworkTheHostsNameAndFilesHold() throws IOException {
        Pod pod = NODE.pod("open")
                .hostNetwork()
                .with(config -> config.clearHostname())
                .run();
        PodContainer container = sleeping(pod);
        assertThat(container.exec("hostname"))
                .isEqualTo(InetAddress.getLocalHost().getHostName());
        assertThat(container.exec("cat", "/etc/hosts"))
                .isEqualTo(Files.readString(Path.of("/etc/hosts")).stripTrailing());
    }

    @Test
    void theKubeletsOwnFilesGoBeforeThePods() throws IOException {
        Path hosts = Files.writeString(NODE.logs().resolveSibling("etc-hosts"), "192.0.2.7 elsewhere\n");
        PodContainer container = NODE.pod("managed")
                .run()
                .container("main", NODE.busybox())
                .command("cat", "/etc/hosts")
                .mount(hosts, "/etc/hosts", false)
                .start();
        assertThat(container.output()).isEqualTo("192.0.2.7 elsewhere\n");
    }

    @Test
    void aReadOnlyRootLeavesThemReadable() {
        PodContainer container = NODE.pod("sealed")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .security(context -> context.setReadonlyRootfs(true))
                .start();
        assertThat(container.exec("cat", "/etc/hostname")).isEqualTo("sealed");
        assertThat(container.execSync(10, "sh", "-c", "echo x > /etc/hostname").getExitCode())
                .isNotZero();
    }
}
