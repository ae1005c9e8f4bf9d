package io.berth.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Nginx;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.proto.cri.v1.ListPodSandboxStatsRequest;
import io.berth.proto.cri.v1.NetworkInterfaceUsage;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PodNetworkTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static Pod webServer(String name) {
        NODE.pull(NODE.nginx());
        Pod pod = NODE.pod(name).run();
        pod.container("nginx", NODE.nginx()).start();
        return pod;
    }

    private static PodContainer shell(Pod pod) {
        return pod.container("shell", NODE.busybox()).command("sleep", "1000").start();
    }

    @Test
    void theHostReachesAPodByItsAddress() {
        assertThat(Http.get(webServer("web").address(), 80)).isEqualTo(Nginx.PAGE);
    }

    @Test
    void podsReachEachOther() {
        Pod server = webServer("web");
        Http.get(server.address(), 80);
        PodContainer client = shell(NODE.pod("client").run());
        assertThat(client.exec("wget", "-q", "-O", "-", "http://" + server.address() + "/"))
                .isEqualTo(Nginx.PAGE.stripTrailing());
        assertThat(client.exec("ping", "-c", "1", "-W", "5", server.address())).contains("1 packets received");
    }

    @Test
    void containersOfAPodMeetOnLoopback() {
        Pod pod = webServer("web");
        Http.get(pod.address(), 80);
        assertThat(shell(pod).exec("wget", "-q", "-O", "-", "http://127.0.0.1/"))
                .isEqualTo(Nginx.PAGE.stripTrailing());
    }

    @Test
    void eachPodHasAnAddressOfItsOwnAndAnInterfaceCalledEth0() {
        Set<String> addresses = new HashSet<>();
        for (int i = 0; i < 5; i++) {
            Pod pod = NODE.pod("numbered-" + i).run();
            addresses.add(pod.address());
            String shown = shell(pod).exec("ip", "-4", "address", "show", "dev", "eth0");
            assertThat(shown).contains("inet " + pod.address() + "/24").contains("UP");
        }
        assertThat(addresses).hasSize(5);
    }

    @Test
    void aPodLeavesThroughTheMachineUnderTheMachinesAddress() {
        // A neighbour outside of the pods' range that knows no way back to it.
        Command.output("ip", "netns", "add", "outside");
        try {
            Command.output("ip", "link", "add", "uplink", "type", "veth", "peer", "name", "eth0", "netns", "outside");
            Command.output("ip", "address", "add", "198.51.100.1/24", "dev", "uplink");
            Command.output("ip", "link", "set", "uplink", "up");
            Command.output("ip", "-n", "outside", "address", "add", "198.51.100.2/24", "dev", "eth0");
            Command.output("ip", "-n", "outside", "link", "set", "eth0", "up");
            PodContainer client = shell(NODE.pod("leaving").run());
            assertThat(client.exec("ping", "-c", "1", "-W", "5", "198.51.100.2"))
                    .contains("1 packets received");
        } finally {
            Command.run("ip", "link", "delete", "uplink");
            Command.output("ip", "netns", "delete", "outside");
            Command.output("umount", "/run/netns");
        }
    }

    @Test
    void trafficIsCountedPerPod() {
        Pod pod = NODE.pod("counted").run();
        PodContainer container = shell(pod);
        String gateway = container.shell("ip route | awk '/default/ {print $3}'");
        container.exec("ping", "-c", "3", "-s", "1000", "-W", "5", gateway);
        NetworkInterfaceUsage usage = NODE.client()
                .runtime()
                .listPodSandboxStats(ListPodSandboxStatsRequest.getDefaultInstance())
                .getStats(0)
                .getLinux()
                .getNetwork()
                .getDefaultInterface();
        assertThat(usage.getName()).isEqualTo("eth0");
        assertThat(usage.getTxBytes().getValue()).isGreaterThan(3000);
        assertThat(usage.getRxBytes().getValue()).isGreaterThan(3000);
    }

    @Test
    void addressesOfRemovedPodsAreUsedAgain() {
        // More pods, one after another, than the range has addresses.
        for (int i = 0; i < 260; i++) {
            NODE.pod("passing").run().stop().remove();
        }
    }
}
