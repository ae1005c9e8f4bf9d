package io.berth.network.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.network.address.HardwareAddress;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf("littleEndian")
class NetlinkMessageTest {
    static boolean littleEndian() {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    }

    @Test
    void aRequestToBringALinkUpHasTheBytesThatIprouteSends() {
        // ip link set lo up, from strace, by name.
        byte[] message = LinkRequests.setUp("lo").message().finish(7, 4);

        assertThat(hex(message))
                .isEqualTo("28000000" + "1000" + "0500" + "07000000" + "00000000" // nlmsghdr
                        + "0000" + "0000" + "00000000" + "01000000" + "01000000" // ifinfomsg
                        + "0700" + "0300" + "6c6f0000"); // IFLA_IFNAME "lo", padded
    }

    @Test
    void anAddressCarriesItsBroadcastAddress() {
        byte[] message = AddressRequests.add(2, InetAddress.ofLiteral("10.88.0.5"), 16)
                .message()
                .finish(1, 0);

        assertThat(hex(message))
                .isEqualTo("30000000" + "1400" + "0106" + "01000000" + "00000000"
                        + "02100000" + "02000000" // ifaddrmsg: AF_INET, /16, link 2
                        + "08000200" + "0a580005" // IFA_LOCAL
                        + "08000100" + "0a580005" // IFA_ADDRESS
                        + "08000400" + "0a58ffff"); // IFA_BROADCAST
    }

    @Test
    void anIpv6AddressIsUsableAtOnce() {
        byte[] message = AddressRequests.add(2, InetAddress.ofLiteral("fd00:88::5"), 64)
                .message()
                .finish(1, 0);

        assertThat(hex(message)).contains("0a400000" + "02000000").endsWith("08000800" + "02000000"); // IFA_F_NODAD
    }

    @Test
    void aDefaultRouteGoesToTheMainTableByTheGateway() {
        byte[] message = RouteRequests.addDefault(2, InetAddress.ofLiteral("10.88.0.1"))
                .message()
                .finish(1, 0);

        assertThat(hex(message))
                .isEqualTo("2c000000" + "1800" + "0106" + "01000000" + "00000000"
                        + "02000000" + "fe040001" + "00000000" // rtmsg: AF_INET, main, static, universe, unicast
                        + "08000500" + "0a580001" // RTA_GATEWAY
                        + "08000400" + "02000000"); // RTA_OIF
    }

    @Test
    void aPairNestsItsPeerInTheKindsData() {
        VethPair pair =
                new VethPair("bth1", 9, "eth0", new HardwareAddress(InetAddress.ofLiteral("10.88.0.5")), 33, 1400);

        String message = hex(LinkRequests.createVeth(pair).message().finish(1, 0));

        assertThat(message)
                .contains("0900" + "0300" + "62746831" + "00000000") // IFLA_IFNAME "bth1"
                .contains("0800" + "0a00" + "09000000") // IFLA_MASTER 9
                .contains("0900" + "0100" + "76657468" + "00000000") // IFLA_INFO_KIND "veth"
                .contains("0a00" + "0100" + "0a580a580005" + "0000") // IFLA_ADDRESS of the peer
                .contains("0800" + "1c00" + "21000000"); // IFLA_NET_NS_FD 33
    }

    @Test
    void nestedLengthsCoverWhatIsInside() {
        NetlinkMessage message = new NetlinkMessage(1, 0);
        int outer = message.beginNested(5);
        int inner = message.beginNested(6);
        message.byteAttribute(7, 1).endNested(inner).endNested(outer);

        assertThat(hex(message.finish(0, 0)).substring(32))
                .isEqualTo("1000" + "0580" + "0c00" + "0680" + "0500" + "0700" + "01000000");
    }

    @Test
    void aMessageGrowsWithItsAttributes() {
        NetlinkMessage message = new NetlinkMessage(1, 0);
        for (int i = 0; i < 1000; i++) {
            message.attribute(i + 1, "value " + i);
        }

        byte[] finished = message.finish(1, 0);
        NetlinkAttributes attributes =
                NetlinkAttributes.of(ByteBuffer.wrap(finished).order(ByteOrder.nativeOrder()), 16);
        assertThat(attributes.string(1000)).contains("value 999");
        assertThat(ByteBuffer.wrap(finished).order(ByteOrder.nativeOrder()).getInt(0))
                .isEqualTo(finished.length);
    }

    @Test
    void anAttributeThatNoLengthFieldCanHoldIsRefused() {
        assertThatThrownBy(() -> new NetlinkMessage(1, 0).attribute(1, new byte[70_000]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bytesThatAreNoAttributesAreReadAsNone() {
        // Lengths of zero, beyond the end and shorter than the header must neither loop nor throw.
        for (String garbage : new String[] {"", "00", "00000000", "ffff0100", "03000100ff", "0800010001"}) {
            NetlinkAttributes attributes = parse(garbage);
            assertThat(attributes.has(1)).as(garbage).isFalse();
            assertThat(attributes.nested(1).string(1)).as(garbage).isEmpty();
        }
    }

    @Test
    void randomBytesNeverBreakTheReader() {
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[ThreadLocalRandom.current().nextInt(64)];
            ThreadLocalRandom.current().nextBytes(bytes);
            NetlinkAnswer answer = new NetlinkAnswer(16, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()));
            assertThat(LinkState.of(answer)).isNotNull();
            assertThat(LinkAddress.of(new NetlinkAnswer(20, answer.payload()))).isNotNull();
            assertThat(Route.of(new NetlinkAnswer(24, answer.payload()))).isNotNull();
        }
    }

    private static NetlinkAttributes parse(String hex) {
        return NetlinkAttributes.of(
                ByteBuffer.wrap(HexFormat.of().parseHex(hex)).order(ByteOrder.nativeOrder()), 0);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
