package io.berth.network.bridge;

import static io.berth.network.bridge.BridgeNetworkTest.address;
import static io.berth.network.bridge.BridgeNetworkTest.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.network.NetworkException;
import io.berth.network.NetworkResult;
import io.berth.network.PortMapping;
import io.berth.network.Protocol;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf(
        value = "io.berth.network.bridge.NetworkNamespace#available",
        disabledReason = "network namespaces need root (CAP_SYS_ADMIN and CAP_NET_ADMIN)")
class HostPortsTest {
    private static final PortMapping TCP = new PortMapping(Protocol.TCP, 80, 8080, "");
    private static final PortMapping UDP = new PortMapping(Protocol.UDP, 80, 8080, "");
    private static final PortMapping SCTP = new PortMapping(Protocol.SCTP, 80, 8080, "");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestBed bed;

    @SuppressWarnings("NullAway.Init")
    private NetworkNamespace pod;

    @BeforeEach
    void open() throws Exception {
        bed = new TestBed(directory, "10.88.0.0/16", "fd00:88::/64");
        bed.outside();
        pod = bed.pod();
    }

    @AfterEach
    void close() throws Exception {
        bed.close();
    }

    @Test
    void aHostPortLeadsToThePodFromEverywhere() throws Exception {
        NetworkNamespace neighbour = bed.pod();
        NetworkResult result = bed.attach(id(1), pod, TCP, UDP, SCTP);
        bed.attach(id(2), neighbour);

        try (Echo _ = Echo.start(pod, "pod", 80)) {
            // From another machine: with its own address.
            assertThat(Echo.ask(bed.outside(), TestBed.HOST, 8080)).isEqualTo("pod " + TestBed.OUTSIDE);
            assertThat(Echo.askByDatagram(bed.outside(), TestBed.HOST, 8080)).isEqualTo("pod " + TestBed.OUTSIDE);
            // From the host itself, by the loopback address and by its own.
            assertThat(Echo.ask(bed.host, "127.0.0.1", 8080)).isEqualTo("pod " + TestBed.GATEWAY);
            assertThat(Echo.askByDatagram(bed.host, "127.0.0.1", 8080)).isEqualTo("pod " + TestBed.GATEWAY);
            assertThat(Echo.ask(bed.host, TestBed.HOST, 8080)).startsWith("pod ");
            // From a neighbour and from the pod itself: by the bridge, so that the answer finds back.
            assertThat(Echo.ask(neighbour, TestBed.HOST, 8080)).isEqualTo("pod " + TestBed.GATEWAY);
            assertThat(Echo.ask(pod, TestBed.HOST, 8080)).isEqualTo("pod " + TestBed.GATEWAY);
            // By IPv6.
            assertThat(Echo.ask(bed.outside(), "fd00:2::2", 8080)).isEqualTo("pod fd00:2:0:0:0:0:0:1");
            assertThat(Echo.ask(neighbour, "fd00:2::2", 8080)).isEqualTo("pod fd00:88:0:0:0:0:0:1");
            // The pod's own port is not hidden by any of it.
            assertThat(Echo.ask(bed.host, address(result), 80)).startsWith("pod ");
        }
    }

    @Test
    void onlyTheHostsOwnAddressesAreTaken() throws Exception {
        bed.attach(id(1), pod, TCP);

        try (Echo _ = Echo.start(pod, "pod", 80);
                Echo _ = Echo.start(bed.outside(), "outside", 8080)) {
            assertThat(Echo.ask(pod, TestBed.OUTSIDE, 8080)).isEqualTo("outside " + TestBed.HOST);
            assertThat(Echo.ask(bed.host, TestBed.OUTSIDE, 8080)).isEqualTo("outside " + TestBed.HOST);
        }
    }

    @Test
    void aPortOnOneAddressIsOnThatOneOnly() throws Exception {
        bed.attach(id(1), pod, new PortMapping(Protocol.TCP, 80, 8080, TestBed.HOST));

        try (Echo _ = Echo.start(pod, "pod", 80)) {
            assertThat(Echo.ask(bed.outside(), TestBed.HOST, 8080)).startsWith("pod ");
            assertThatThrownBy(() -> Echo.ask(bed.host, "127.0.0.1", 8080)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> Echo.ask(bed.outside(), "fd00:2::2", 8080)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPortInUseIsRefusedWithItsNameAndItsHolder() throws Exception {
        bed.attach(id(1), pod, TCP);
        NetworkNamespace other = bed.pod();

        assertThatThrownBy(() -> bed.attach(id(2), other, new PortMapping(Protocol.TCP, 90, 8080, TestBed.HOST)))
                .isInstanceOfSatisfying(NetworkException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(NetworkException.Kind.ALREADY_EXISTS);
                    assertThat(refused.getMessage()).contains("tcp port 8080").contains(id(1));
                });
        assertThatThrownBy(() -> bed.attach(id(2), other, UDP, UDP)).hasMessageContaining("asked for twice");
        bed.attach(id(2), other, UDP);
    }

    @Test
    void aPortIsFreeForTheNextAsSoonAsItsPodIsDetached() throws Exception {
        bed.attach(id(1), pod, TCP);
        bed.detach(id(1));
        NetworkNamespace next = bed.pod();

        bed.attach(id(2), next, TCP);

        try (Echo _ = Echo.start(next, "next", 80)) {
            assertThat(Echo.ask(bed.outside(), TestBed.HOST, 8080)).startsWith("next ");
            TestBed.eventually(() -> bed.leaseFiles().size() == 1);
            assertThat(Echo.ask(bed.outside(), TestBed.HOST, 8080)).startsWith("next ");
        }
    }

    @Test
    void aDatagramFlowFollowsThePortToTheNextPod() throws Exception {
        bed.attach(id(1), pod, UDP);
        NetworkNamespace next = bed.pod();
        bed.outside().run(() -> {
            try (DatagramSocket caller = new DatagramSocket()) {
                caller.setSoTimeout(2000);
                caller.connect(new InetSocketAddress(TestBed.HOST, 8080));
                try (Echo _ = Echo.start(pod, "pod", 80)) {
                    assertThat(exchange(caller)).startsWith("pod ");
                }
                bed.detach(id(1));
                bed.attach(id(2), next, UDP);
                try (Echo _ = Echo.start(next, "next", 80)) {
                    assertThat(exchange(caller)).startsWith("next ");
                }
            }
        });
    }

    @Test
    void aFlushedRulesetComesBackWithTheNextPod() throws Exception {
        bed.attach(id(1), pod, TCP);
        bed.nft("flush ruleset");

        bed.attach(id(2), bed.pod());

        try (Echo _ = Echo.start(pod, "pod", 80);
                Echo _ = Echo.start(bed.outside(), "outside", 80)) {
            assertThat(Echo.ask(bed.outside(), TestBed.HOST, 8080)).startsWith("pod ");
            assertThat(Echo.ask(pod, TestBed.OUTSIDE, 80)).isEqualTo("outside " + TestBed.HOST);
        }
    }

    @Test
    void othersTablesAreLeftAlone() throws Exception {
        bed.nft("add table inet others\nadd chain inet others kept");
        bed.attach(id(1), pod, TCP);
        bed.nft("add table inet more");
        bed.attach(id(2), bed.pod());
        bed.detach(id(1));
        bed.detach(id(2));

        assertThat(bed.host.call(() -> bed.network().removeIfUnused())).isTrue();

        assertThat(bed.nft("list ruleset"))
                .contains("table inet others")
                .contains("chain kept")
                .doesNotContain("berth");
    }

    @Test
    void hostPortsOutliveTheDaemon() throws Exception {
        bed.attach(id(1), pod, TCP);

        bed.crash();
        try (Echo _ = Echo.start(pod, "pod", 80)) {
            assertThat(Echo.ask(bed.outside(), TestBed.HOST, 8080)).startsWith("pod ");
            bed.host.run(() -> bed.network().start());
            assertThat(Echo.ask(bed.outside(), TestBed.HOST, 8080)).startsWith("pod ");
        }
        NetworkNamespace other = bed.pod();
        assertThatThrownBy(() -> bed.attach(id(2), other, TCP)).hasMessageContaining(id(1));
    }

    private static String exchange(DatagramSocket caller) throws IOException {
        caller.send(new DatagramPacket(new byte[] {1}, 1));
        DatagramPacket answer = new DatagramPacket(new byte[256], 256);
        caller.receive(answer);
        return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
    }
}
