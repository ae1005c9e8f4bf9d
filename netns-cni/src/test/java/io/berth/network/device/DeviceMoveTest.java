package io.berth.network.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCalls;
import io.berth.network.NetworkException;
import io.berth.network.address.HardwareAddress;
import io.berth.network.bridge.NetworkNamespace;
import io.berth.network.netlink.AddressRequests;
import io.berth.network.netlink.LinkAddress;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkReply;
import io.berth.network.netlink.NetlinkSocket;
import io.berth.network.netlink.VethPair;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceMoveTest {
    private static final SystemCalls CALLS = SystemCalls.real();

    static boolean namespacesAvailable() {
        return NetworkNamespace.available();
    }

    /** In the calling thread's namespace: dev0 with two addresses, up; its other end is dev1. */
    private static void makeDevice() throws Exception {
        try (NetlinkSocket socket = NetlinkSocket.open(CALLS, SocketCalls.NETLINK_ROUTE);
                Descriptor here = CALLS.openat2(null, "/proc/thread-self/ns/net", OpenHow.reading())) {
            var _ = socket.execute(LinkRequests.createVeth(new VethPair(
                    "dev0", 0, "dev1", new HardwareAddress(InetAddress.getByName("192.0.2.7")), here.number(), 1400)));
            int index = LinkState.of(socket.execute(LinkRequests.get("dev0")))
                    .orElseThrow()
                    .index();
            for (String address : List.of("192.0.2.7", "2001:db8::7")) {
                var _ = socket.execute(AddressRequests.add(index, InetAddress.getByName(address), 24));
            }
            var _ = socket.execute(LinkRequests.setUp(index));
        }
    }

    private static Optional<LinkState> find(String name) {
        try (NetlinkSocket socket = NetlinkSocket.open(CALLS, SocketCalls.NETLINK_ROUTE)) {
            NetlinkReply reply =
                    socket.exchange(List.of(LinkRequests.get(name))).getFirst();
            return reply.isDone() ? LinkState.of(reply) : Optional.empty();
        }
    }

    private static Set<String> addressesOf(int index) {
        try (NetlinkSocket socket = NetlinkSocket.open(CALLS, SocketCalls.NETLINK_ROUTE)) {
            return socket.dump(AddressRequests.list()).stream()
                    .filter(AddressRequests::isPermanentAndGlobal)
                    .flatMap(answer -> LinkAddress.of(answer).stream())
                    .filter(address -> address.linkIndex() == index)
                    .map(address -> address.address().getHostAddress() + "/" + address.prefixLength())
                    .collect(Collectors.toSet());
        }
    }

    @Test
    @EnabledIf("namespacesAvailable")
    void aDeviceKeepsItsAddressesGetsItsNameAndComesBack() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create();
                NetworkNamespace pod = NetworkNamespace.create()) {
            DeviceMove move = new DeviceMove("dev0", "fast0", pod.path());
            host.run(() -> {
                makeDevice();
                assertThat(move.run()).isTrue();
                assertThat(find("dev0")).isEmpty();
                // Again: nothing is left to do.
                assertThat(move.run()).isFalse();
            });
            pod.run(() -> {
                LinkState moved = find("fast0").orElseThrow();
                assertThat(moved.up()).isTrue();
                assertThat(moved.mtu()).isEqualTo(1400);
                assertThat(addressesOf(moved.index()))
                        .containsExactlyInAnyOrder("192.0.2.7/24", "2001:db8:0:0:0:0:0:7/24");
            });
            host.run(() -> {
                move.back();
                LinkState back = find("dev0").orElseThrow();
                assertThat(addressesOf(back.index())).hasSize(2);
            });
            pod.run(() -> assertThat(find("fast0")).isEmpty());
        }
    }

    @Test
    @EnabledIf("namespacesAvailable")
    void aNameThatIsTakenAndADeviceThatIsNotThereAreSaid() throws Exception {
        try (NetworkNamespace host = NetworkNamespace.create();
                NetworkNamespace pod = NetworkNamespace.create()) {
            host.run(() -> {
                makeDevice();
                assertThatThrownBy(() -> new DeviceMove("dev0", "lo", pod.path()).run())
                        .isInstanceOf(NetworkException.class)
                        .hasMessageContaining("name lo");
                assertThat(find("dev0")).isPresent();
                assertThatThrownBy(() -> new DeviceMove("dev9", "x", pod.path()).run())
                        .hasMessage("move network device dev9: there is no such device");
                assertThatThrownBy(() -> new DeviceMove("dev0", "x", "/proc/self/nothing").run())
                        .hasMessageContaining("open network namespace /proc/self/nothing");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "a:b", "eth%d", "sixteenletters16"})
    void aNameThatNoDeviceCanHaveIsRefused(String name) {
        assertThatThrownBy(() -> new DeviceMove("dev0", name, "/x")).hasMessageContaining("\"" + name + "\"");
    }
}
