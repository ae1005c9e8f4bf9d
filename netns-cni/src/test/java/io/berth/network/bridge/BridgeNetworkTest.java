package io.berth.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCalls;
import io.berth.network.BridgeNetworkConfig;
import io.berth.network.InterfaceStatistics;
import io.berth.network.NetworkException;
import io.berth.network.NetworkRequest;
import io.berth.network.NetworkResult;
import io.berth.network.netlink.AddressRequests;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkSocket;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@EnabledIf(
        value = "io.berth.network.bridge.NetworkNamespace#available",
        disabledReason = "network namespaces need root (CAP_SYS_ADMIN and CAP_NET_ADMIN)")
class BridgeNetworkTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private TestBed bed;

    @BeforeEach
    void open() throws Exception {
        bed = new TestBed(directory);
    }

    @AfterEach
    void close() throws Exception {
        bed.close();
    }

    @Test
    void podsReachEachOtherAndTheHostReachesThem() throws Exception {
        NetworkNamespace one = bed.pod();
        NetworkNamespace two = bed.pod();
        NetworkResult first = bed.attach(id(1), one);
        NetworkResult second = bed.attach(id(2), two);

        try (Echo _ = Echo.start(one, "one", 80);
                Echo _ = Echo.start(bed.host, "host", 81)) {
            assertThat(Echo.ask(two, address(first), 80)).isEqualTo("one " + address(second));
            assertThat(Echo.askByDatagram(two, address(first), 80)).isEqualTo("one " + address(second));
            assertThat(Echo.ask(bed.host, address(first), 80)).isEqualTo("one " + TestBed.GATEWAY);
            assertThat(Echo.ask(two, TestBed.GATEWAY, 81)).isEqualTo("host " + address(second));
            assertThat(Echo.ask(one, "127.0.0.1", 80)).isEqualTo("one 127.0.0.1");
        }
    }

    @Test
    void whatLeavesTheRangeHasTheHostsAddress() throws Exception {
        NetworkNamespace outside = bed.outside();
        NetworkNamespace pod = bed.pod();
        bed.attach(id(1), pod);

        try (Echo _ = Echo.start(outside, "outside", 80)) {
            assertThat(Echo.ask(pod, TestBed.OUTSIDE, 80)).isEqualTo("outside " + TestBed.HOST);
        }
    }

    @Test
    void theMtuIsThatOfTheWayOut() throws Exception {
        bed.outside();
        NetworkNamespace pod = bed.pod();
        bed.attach(id(1), pod);

        assertThat(TestBed.links(pod))
                .singleElement()
                .extracting(LinkState::name, LinkState::mtu)
                .containsExactly("eth0", 1380);
    }

    @Test
    void nothingIsLeftOfADetachedPod() throws Exception {
        NetworkNamespace pod = bed.pod();
        bed.attach(id(1), pod);
        assertThat(bed.links()).contains("bth000000000001");
        assertThat(bed.leaseFiles()).containsExactly("10.88.0.2");

        bed.detach(id(1));
        bed.detach(id(1));

        assertThat(bed.network().knownSandboxes()).isEmpty();
        TestBed.eventually(() -> bed.leaseFiles().isEmpty());
        assertThat(bed.links()).containsExactly("berth0");
        assertThat(TestBed.links(pod)).isEmpty();
    }

    @Test
    void aNamespaceThatEndedBeforeIsNoObstacle() throws Exception {
        try (NetworkNamespace pod = NetworkNamespace.create()) {
            bed.attach(id(1), pod);
        }
        TestBed.eventually(() -> bed.links().equals(List.of("berth0")));

        bed.detach(id(1));
        bed.host.run(() -> bed.network().detach("never heard of", "/proc/1234567/ns/net"));

        TestBed.eventually(() -> bed.leaseFiles().isEmpty());
    }

    @Test
    void theNetworkGoesAwayWholeWhenUnused() throws Exception {
        NetworkNamespace pod = bed.pod();
        bed.attach(id(1), pod);

        assertThat(bed.host.call(() -> bed.network().removeIfUnused())).isFalse();
        bed.detach(id(1));
        assertThat(bed.host.call(() -> bed.network().removeIfUnused())).isTrue();

        assertThat(bed.links()).isEmpty();
        assertThat(bed.nft("list tables")).isEmpty();
        assertThat(bed.leases).doesNotExist();
    }

    @Test
    void attachingAgainGivesTheSameAnswer() throws Exception {
        NetworkNamespace pod = bed.pod();
        NetworkResult first = bed.attach(id(1), pod);

        assertThat(bed.attach(id(1), pod)).isEqualTo(first);
        assertThat(bed.leaseFiles()).hasSize(1);
    }

    @Test
    void aSandboxThatWasDetachedCanComeBackAtOnce() throws Exception {
        NetworkNamespace pod = bed.pod();
        bed.attach(id(1), pod);
        bed.detach(id(1));

        bed.attach(id(1), pod);

        try (Echo _ = Echo.start(bed.host, "host", 80)) {
            assertThat(Echo.ask(pod, TestBed.GATEWAY, 80)).startsWith("host 10.88.");
        }
        Thread.sleep(700); // Longer than the reaper waits for the old links.
        assertThat(bed.links()).contains("bth000000000001");
        assertThat(bed.leaseFiles()).hasSize(1);
    }

    @Test
    void whatFailsIsUndone() throws Exception {
        Path noNamespace = Files.writeString(directory.resolve("file"), "");
        bed.host.run(() -> bed.network().start());

        assertThatThrownBy(() ->
                        bed.host.run(() -> bed.network().attach(new NetworkRequest(id(1), "/proc/1234567/ns/net"))))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("/proc/1234567/ns/net")
                .hasMessageContaining("ENOENT");
        assertThatThrownBy(() ->
                        bed.host.run(() -> bed.network().attach(new NetworkRequest(id(2), noNamespace.toString()))))
                .isInstanceOf(NetworkException.class);
        assertThatThrownBy(() ->
                        bed.host.run(() -> bed.network().attach(new NetworkRequest(id(3), "/proc/thread-self/ns/net"))))
                .hasMessageContaining("the host's own");

        assertThat(bed.network().knownSandboxes()).isEmpty();
        assertThat(bed.leaseFiles()).isEmpty();
        assertThat(bed.links()).containsExactly("berth0");
    }

    @Test
    void aPodThatHasAnEth0AlreadyKeepsItAndTheErrorNamesTheLink() throws Exception {
        NetworkNamespace pod = bed.pod();
        bed.attach(id(1), pod);

        assertThatThrownBy(() -> bed.attach(id(2), pod)).isInstanceOfSatisfying(NetworkException.class, refused -> {
            assertThat(refused.operation()).isEqualTo("create veth");
            assertThat(refused.subject()).isEqualTo("bth000000000002");
            assertThat(refused.errnoName()).isEqualTo("EEXIST");
        });

        assertThat(bed.links()).containsExactly("berth0", "bth000000000001");
        assertThat(bed.leaseFiles()).containsExactly("10.88.0.2");
    }

    @Test
    void anExhaustedRangeIsNamedAndWaitedForWhileAPodLeavesIt() throws Exception {
        bed.close();
        bed = new TestBed(directory, "10.88.0.0/30", null);
        bed.attach(id(1), bed.pod());
        NetworkNamespace pod = bed.pod();

        assertThatThrownBy(() -> bed.attach(id(2), pod)).isInstanceOfSatisfying(NetworkException.class, exhausted -> {
            assertThat(exhausted.kind()).isEqualTo(NetworkException.Kind.RESOURCE_EXHAUSTED);
            assertThat(exhausted.getMessage()).contains("10.88.0.0/30");
        });
        bed.detach(id(1));
        assertThat(address(bed.attach(id(2), pod))).isEqualTo("10.88.0.2");
    }

    @Test
    void aDaemonThatComesBackKnowsItsPods() throws Exception {
        NetworkNamespace one = bed.pod();
        NetworkNamespace two = bed.pod();
        NetworkResult first = bed.attach(id(1), one);
        bed.attach(id(2), two);

        bed.crash();

        assertThat(bed.network().knownSandboxes()).containsExactlyInAnyOrder(id(1), id(2));
        assertThat(address(bed.attach(id(3), bed.pod()))).isEqualTo("10.88.0.4");
        assertThat(bed.attach(id(1), one)).isEqualTo(first);
        bed.detach(id(2));
        TestBed.eventually(() -> bed.leaseFiles().equals(List.of("10.88.0.2", "10.88.0.4")));
        assertThat(bed.links()).containsExactly("berth0", "bth000000000001", "bth000000000003");
    }

    @Test
    void aDetachThatACrashInterruptedIsFinishedByTheNextDaemon() throws Exception {
        bed.attach(id(1), bed.pod());
        bed.detach(id(1));
        bed.crash();
        assertThat(bed.leaseFiles()).containsExactly("10.88.0.2.leaving");
        assertThat(bed.network().knownSandboxes()).isEmpty();

        bed.host.run(() -> bed.network().start());

        TestBed.eventually(() -> bed.leaseFiles().isEmpty());
        assertThat(bed.links()).containsExactly("berth0");
    }

    @Test
    void aLeaseWithoutLinksFromACrashInTheMiddleIsMadeGood() throws Exception {
        NetworkNamespace pod = bed.pod();
        bed.attach(id(1), pod);
        bed.host.run(() -> {
            try (NetlinkSocket socket = socket()) {
                socket.execute(LinkRequests.delete("bth000000000001"));
            }
        });
        bed.crash();

        NetworkResult again = bed.attach(id(1), pod);

        try (Echo _ = Echo.start(pod, "pod", 80)) {
            assertThat(Echo.ask(bed.host, address(again), 80)).startsWith("pod ");
        }
        assertThat(bed.leaseFiles()).hasSize(1);
    }

    @Test
    void aBridgeThatSomebodyDeletedComesBackWithThePodsThatWereOnIt() throws Exception {
        NetworkNamespace one = bed.pod();
        NetworkResult first = bed.attach(id(1), one);
        bed.host.run(() -> {
            try (NetlinkSocket socket = socket()) {
                socket.execute(LinkRequests.delete("berth0"));
            }
        });

        NetworkNamespace two = bed.pod();
        bed.attach(id(2), two);

        try (Echo _ = Echo.start(one, "one", 80)) {
            assertThat(Echo.ask(two, address(first), 80)).startsWith("one ");
            assertThat(Echo.ask(bed.host, address(first), 80)).startsWith("one ");
        }
    }

    @Test
    void aRangeThatTheMachineUsesIsRefused() throws Exception {
        bed.outside();
        BridgeNetwork other = bed.host.call(() ->
                BridgeNetwork.open(new BridgeNetworkConfig("berth1", "192.0.2.0/25", directory.resolve("other"))));

        assertThatThrownBy(() -> bed.host.run(other::start)).isInstanceOfSatisfying(NetworkException.class, refused -> {
            assertThat(refused.kind()).isEqualTo(NetworkException.Kind.FAILED_PRECONDITION);
            assertThat(refused.getMessage())
                    .contains("192.0.2.0/25")
                    .contains("eth0 has the address 192.0.2.2/24")
                    .contains("ipv4_range");
        });
        assertThat(other.status().ready()).isFalse();
        assertThat(other.status().message()).contains("eth0");
        assertThat(bed.links()).containsExactly("eth0");
        other.close();
    }

    @Test
    void aNameThatAnotherKindOfLinkHasIsRefused() throws Exception {
        bed.outside();
        BridgeNetwork other = bed.host.call(
                () -> BridgeNetwork.open(new BridgeNetworkConfig("eth0", "10.99.0.0/24", directory.resolve("other"))));

        assertThatThrownBy(() -> bed.host.run(other::start)).hasMessageContaining("no bridge but a veth");
    }

    @Test
    void severalNetworksLiveSideBySide() throws Exception {
        BridgeNetwork other = bed.host.call(() ->
                BridgeNetwork.open(new BridgeNetworkConfig("berth1", "10.99.0.0/24", directory.resolve("other"))));
        NetworkNamespace one = bed.pod();
        NetworkNamespace two = bed.pod();
        NetworkResult first = bed.attach(id(1), one);
        bed.host.run(() -> other.attach(new NetworkRequest(id(2), two.path())));

        try (Echo _ = Echo.start(one, "one", 80)) {
            assertThat(Echo.ask(two, address(first), 80)).startsWith("one ");
        }
        assertThat(bed.nft("list tables")).contains("berth-berth0").contains("berth-berth1");
        bed.host.run(() -> {
            other.detach(id(2), null);
            assertThat(other.removeIfUnused()).isTrue();
        });
        assertThat(bed.nft("list tables")).isEqualTo("table inet berth-berth0\n");
        other.close();
    }

    @Test
    void countersAreThoseThatThePodSees() throws Exception {
        NetworkNamespace pod = bed.pod();
        NetworkResult result = bed.attach(id(1), pod);
        assertThat(bed.network().statistics("never heard of")).isEmpty();

        try (Echo _ = Echo.start(pod, "pod", 80)) {
            for (int i = 0; i < 50; i++) {
                Echo.askByDatagram(bed.host, address(result), 80);
            }
        }

        assertThat(bed.network().statistics())
                .as("all pods at once")
                .containsOnlyKeys(id(1))
                .containsValue(bed.network().statistics(id(1)));
        InterfaceStatistics statistics = bed.network().statistics(id(1)).getFirst();
        assertThat(statistics.interfaceName()).isEqualTo("eth0");
        assertThat(statistics.receivedPackets()).isGreaterThanOrEqualTo(50);
        assertThat(statistics.transmittedPackets()).isGreaterThanOrEqualTo(50);
        // Questions have one byte, answers fourteen.
        assertThat(statistics.transmittedBytes()).isGreaterThan(statistics.receivedBytes());
    }

    @Test
    void aPodWithoutAnIpv6AddressTellsTheOthersNothing() throws Exception {
        bed.attach(id(1), bed.pod());
        // The kernel tells of a new link-local address, and asks whether others have it, within a second or so.
        Thread.sleep(1500);

        assertThat(bed.network().statistics(id(1)))
                .singleElement()
                .extracting(InterfaceStatistics::transmittedPackets)
                .isEqualTo(0L);
    }

    @Test
    void manyPodsAtOnceGetAddressesOfTheirOwn() throws Exception {
        int count = 24;
        Set<String> addresses = new HashSet<>();
        bed.host.run(() -> bed.network().start());
        try (ExecutorService callers = Executors.newFixedThreadPool(8)) {
            List<Future<NetworkResult>> results = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                NetworkNamespace pod = bed.pod();
                NetworkRequest request = new NetworkRequest(id(i), pod.path());
                results.add(callers.submit(() -> bed.network().attach(request)));
            }
            for (Future<NetworkResult> result : results) {
                addresses.add(address(result.get(30, TimeUnit.SECONDS)));
            }
        }

        assertThat(addresses).hasSize(count);
        assertThat(bed.links()).hasSize(count + 1);
        for (int i = 0; i < count; i++) {
            bed.detach(id(i));
        }
        TestBed.eventually(() -> bed.leaseFiles().isEmpty());
        assertThat(bed.links()).containsExactly("berth0");
    }

    @Test
    void noDescriptorsAndThreadsAreLeft() throws Exception {
        NetworkNamespace pod = bed.pod();
        bed.attach(id(0), pod);
        bed.detach(id(0));
        TestBed.eventually(() -> bed.leaseFiles().isEmpty());
        long before = descriptors();

        for (int i = 1; i <= 20; i++) {
            bed.attach(id(i), pod);
            bed.detach(id(i));
            TestBed.eventually(() -> bed.leaseFiles().isEmpty());
        }

        TestBed.eventually(() -> descriptors() <= before);
        bed.close();
        TestBed.eventually(() -> Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .noneMatch(name -> name.equals("netns-visit") || name.startsWith("links-")));
    }

    @Test
    void aHalfSetUpBridgeIsCompleted() throws Exception {
        bed.host.run(() -> {
            try (NetlinkSocket socket = socket()) {
                socket.execute(LinkRequests.createBridge(
                        "berth0",
                        new io.berth.network.address.HardwareAddress(InetAddress.ofLiteral("10.88.0.1")),
                        1500));
            }
        });
        NetworkNamespace pod = bed.pod();
        bed.attach(id(1), pod);

        try (Echo _ = Echo.start(bed.host, "host", 80)) {
            assertThat(Echo.ask(pod, TestBed.GATEWAY, 80)).startsWith("host ");
        }
    }

    @Test
    void theKernelsOwnWordsComeWithItsErrors() throws Exception {
        bed.host.run(() -> {
            try (NetlinkSocket socket = socket()) {
                assertThatThrownBy(
                                () -> socket.execute(AddressRequests.add(12345, InetAddress.ofLiteral("10.0.0.1"), 64)))
                        .isInstanceOf(NetworkException.class)
                        .hasMessageContaining("add address 10.0.0.1/64: ")
                        .hasMessageContaining("EINVAL")
                        .hasMessageContaining("refix"); // "ipv4: Invalid prefix length"
            }
        });
    }

    @Test
    void ipv6WorksFromTheFirstMoment() throws Exception {
        bed.close();
        bed = new TestBed(directory, "10.88.0.0/16", "fd00:88::/64");
        NetworkNamespace outside = bed.outside();
        NetworkNamespace one = bed.pod();
        NetworkNamespace two = bed.pod();
        NetworkResult first = bed.attach(id(1), one);
        bed.attach(id(2), two);

        assertThat(first.addresses()).hasSize(2);
        String address = first.addresses().get(1).getHostAddress();
        try (Echo _ = Echo.start(one, "one", 80);
                Echo _ = Echo.start(outside, "outside", 81)) {
            assertThat(Echo.ask(two, address, 80)).isEqualTo("one fd00:88:0:0:0:0:0:3");
            assertThat(Echo.ask(bed.host, address, 80)).startsWith("one fd00:88:0:0:0:0:0:1");
            assertThat(Echo.ask(two, "fd00:2::1", 81)).isEqualTo("outside fd00:2:0:0:0:0:0:2");
        }
    }

    static String id(int number) {
        return String.format("%012x", number) + "0".repeat(52);
    }

    static String address(NetworkResult result) {
        return result.addresses().getFirst().getHostAddress();
    }

    private static NetlinkSocket socket() {
        return NetlinkSocket.open(SystemCalls.real(), SocketCalls.NETLINK_ROUTE);
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
