package io.berth.e2e.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Nginx;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodPlan;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.PortMapping;
import io.berth.proto.cri.v1.Protocol;
import io.grpc.Status.Code;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HostPortTest {
    private static final int HOST_PORT = 18080;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static Pod webServer(PodPlan plan) {
        NODE.pull(NODE.nginx());
        Pod pod = plan.run();
        pod.container("nginx", NODE.nginx()).start();
        return pod;
    }

    /** The machine's side of the bridge: the first address of the range. */
    private static String machine(Pod pod) {
        return pod.address().replaceFirst("\\.\\d+$", ".1");
    }

    @Test
    void aTcpPortOfTheMachineLeadsIntoThePod() {
        Pod pod = webServer(NODE.pod("published").port(Protocol.TCP, 80, HOST_PORT));
        assertThat(Http.get("127.0.0.1", HOST_PORT)).isEqualTo(Nginx.PAGE);
        assertThat(Http.get(machine(pod), HOST_PORT)).isEqualTo(Nginx.PAGE);
    }

    @Test
    void anotherPodReachesThePublishedPort() {
        Pod pod = webServer(NODE.pod("published").port(Protocol.TCP, 80, HOST_PORT));
        Http.get(pod.address(), 80);
        String fetch = "http://" + machine(pod) + ":" + HOST_PORT + "/";
        for (Pod client : new Pod[] {NODE.pod("client").run(), pod}) {
            assertThat(client.container("shell", NODE.busybox())
                            .command("sleep", "1000")
                            .start()
                            .exec("wget", "-q", "-O", "-", fetch))
                    .isEqualTo(Nginx.PAGE.stripTrailing());
        }
    }

    @Test
    void aUdpPortOfTheMachineLeadsIntoThePod() throws IOException {
        Pod pod = NODE.pod("datagrams").port(Protocol.UDP, 5353, 15353).run();
        Process server = UdpEcho.start(NODE.daemon().shim(pod.id()), 5353);
        try {
            assertThat(Waiting.untilPresent("an echo over UDP", HostPortTest::echo))
                    .isEqualTo("ahoy");
        } finally {
            server.destroyForcibly().onExit().join();
        }
    }

    private static Optional<String> echo() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(500);
            byte[] text = "ahoy".getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(
                    text, text.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), 15353)));
            DatagramPacket reply = new DatagramPacket(new byte[100], 100);
            socket.receive(reply);
            return Optional.of(new String(reply.getData(), 0, reply.getLength(), StandardCharsets.UTF_8));
        } catch (SocketTimeoutException | PortUnreachableException notYet) {
            return Optional.empty();
        }
    }

    @Test
    void aPortOnOneAddressOfTheMachineIsNotOnTheOthers() {
        PodPlan plan = NODE.pod("narrow")
                .with(config -> config.addPortMappings(PortMapping.newBuilder()
                        .setProtocol(Protocol.TCP)
                        .setContainerPort(80)
                        .setHostPort(HOST_PORT)
                        .setHostIp("127.0.0.1")));
        Pod pod = webServer(plan);
        assertThat(Http.get("127.0.0.1", HOST_PORT)).isEqualTo(Nginx.PAGE);
        assertThat(Http.refuses(machine(pod), HOST_PORT)).isTrue();
    }

    @Test
    void aPortGoesWithItsPod() {
        Pod pod = webServer(NODE.pod("published").port(Protocol.TCP, 80, HOST_PORT));
        Http.get("127.0.0.1", HOST_PORT);
        pod.stop();
        assertThat(Http.refuses("127.0.0.1", HOST_PORT)).isTrue();
    }

    @Test
    void aPortCannotBePublishedTwice() {
        Pod first = NODE.pod("first").port(Protocol.TCP, 80, HOST_PORT).run();
        Refusal.of(NODE.pod("second").port(Protocol.TCP, 80, HOST_PORT)::run)
                .is(Code.ALREADY_EXISTS)
                .saying(Integer.toString(HOST_PORT), first.id());
        NODE.pod("third").port(Protocol.UDP, 80, HOST_PORT).run();
    }

    @Test
    void aPortOutOfRangeIsRefused() {
        Refusal.of(NODE.pod("wrong").port(Protocol.TCP, 80, 70000)::run)
                .is(Code.INVALID_ARGUMENT)
                .saying("70000");
    }

    @Test
    void publishedPortsWorkOnAfterTheDaemonWasKilled() {
        Pod pod = webServer(NODE.pod("published").port(Protocol.TCP, 80, HOST_PORT));
        Http.get(pod.address(), 80);
        NODE.daemon().kill();
        assertThat(Http.get("127.0.0.1", HOST_PORT)).isEqualTo(Nginx.PAGE);
        NODE.daemon().start();
        assertThat(Http.get("127.0.0.1", HOST_PORT)).isEqualTo(Nginx.PAGE);
        pod.stop();
        assertThat(Http.refuses("127.0.0.1", HOST_PORT)).isTrue();
    }
}
