package io.berth.network.nftables;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.network.PortMapping;
import io.berth.network.Protocol;
import io.berth.network.address.AddressRange;
import io.berth.network.lease.Lease;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class RulesetTest {
    private static final AddressRange IPV4 = AddressRange.parseIpv4("10.88.0.0/16");
    private static final AddressRange IPV6 = AddressRange.parseIpv6("fd00:88::/64");

    @Test
    void theTableIsReplacedAtOneStroke() {
        String text = new Ruleset("berth0", IPV4, null, true).replace(List.of());

        assertThat(text)
                .startsWith("add table inet berth-berth0\ndelete table inet berth-berth0\ntable inet berth-berth0 {\n")
                .contains("ip saddr 10.88.0.0/16 ip daddr != 10.88.0.0/16 ip daddr != 224.0.0.0/4 masquerade")
                .contains("fib daddr type local jump host_ports")
                .contains("iifname \"berth0\" ip daddr 127.0.0.0/8 drop")
                .doesNotContain("element");
    }

    @Test
    void withoutIpv6NoRuleMentionsIt() {
        assertThat(new Ruleset("berth0", IPV4, null, true).replace(List.of()))
                .doesNotContain("ip6 saddr")
                .doesNotContain("dnat ip6");
        assertThat(new Ruleset("berth0", IPV4, IPV6, true).replace(List.of()))
                .contains("ip6 saddr fd00:88:0:0:0:0:0:0/64 ip6 daddr != fd00:88:0:0:0:0:0:0/64")
                .contains("dnat ip6 to meta l4proto . th dport map @any_ports6");
    }

    @Test
    void withoutMasqueradeOnlyMarkedPacketsAreTranslated() {
        assertThat(new Ruleset("berth0", IPV4, null, false).replace(List.of()))
                .containsOnlyOnce("masquerade")
                .contains("oifname \"berth0\" meta mark and 0x2000 == 0x2000 masquerade");
    }

    @Test
    void hostPortsBecomeElements() {
        Lease lease = lease(
                false,
                new PortMapping(Protocol.TCP, 80, 8080, ""),
                new PortMapping(Protocol.UDP, 53, 5353, "0.0.0.0"),
                new PortMapping(Protocol.SCTP, 90, 9090, "192.0.2.1"));
        Ruleset ruleset = new Ruleset("berth0", IPV4, null, true);

        assertThat(ruleset.publish(lease)).isEqualTo("""
                        add element inet berth-berth0 address_ports4 { sctp . 192.0.2.1 . 9090 : 10.88.0.2 . 90 }
                        add element inet berth-berth0 any_ports4 { tcp . 8080 : 10.88.0.2 . 80, udp . 5353 : 10.88.0.2 . 53 }
                        """);
        assertThat(ruleset.withdraw(List.of(lease))).isEqualTo("""
                        delete element inet berth-berth0 address_ports4 { sctp . 192.0.2.1 . 9090 }
                        delete element inet berth-berth0 any_ports4 { tcp . 8080, udp . 5353 }
                        """);
    }

    @Test
    void aPodWithBothFamiliesIsReachedByBoth() {
        Lease lease = lease(
                true,
                new PortMapping(Protocol.TCP, 80, 8080, ""),
                new PortMapping(Protocol.TCP, 81, 8081, "fd00::7"),
                new PortMapping(Protocol.TCP, 82, 8082, "::"));

        assertThat(new Ruleset("berth0", IPV4, IPV6, true).publish(lease))
                .contains("any_ports4 { tcp . 8080 : 10.88.0.2 . 80 }")
                .contains("any_ports6 { tcp . 8080 : fd00:88:0:0:0:0:0:2 . 80, tcp . 8082 : fd00:88:0:0:0:0:0:2 . 82 }")
                .contains("address_ports6 { tcp . fd00:0:0:0:0:0:0:7 . 8081 : fd00:88:0:0:0:0:0:2 . 81 }");
    }

    @Test
    void aPodWithoutHostPortsCostsNothing() {
        Lease lease = lease(true, new PortMapping(Protocol.TCP, 80, 0, ""));

        assertThat(new Ruleset("berth0", IPV4, IPV6, true).publish(lease)).isEmpty();
        assertThat(Ruleset.isPublished(lease)).isFalse();
    }

    private static Lease lease(boolean ipv6, PortMapping... ports) {
        return new Lease(
                "sandbox",
                InetAddress.ofLiteral("10.88.0.2"),
                ipv6 ? InetAddress.ofLiteral("fd00:88::2") : null,
                "bth000000000000",
                List.of(ports));
    }
}
