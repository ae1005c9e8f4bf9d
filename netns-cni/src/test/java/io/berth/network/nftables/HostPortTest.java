package io.berth.network.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.network.NetworkException;
import io.berth.network.PortMapping;
import io.berth.network.Protocol;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {

    @ParameterizedTest
    @CsvSource({
        "TCP,'',8080,TCP,'',8080,true",
        "TCP,'',8080,UDP,'',8080,false",
        "TCP,'',8080,TCP,'',8081,false",
        "TCP,'',8080,TCP,192.0.2.1,8080,true",
        "TCP,192.0.2.1,8080,TCP,0.0.0.0,8080,true",
        "TCP,192.0.2.1,8080,TCP,192.0.2.2,8080,false",
        "TCP,fd00::1,8080,TCP,0.0.0.0,8080,false",
        "TCP,fd00::1,8080,TCP,'::',8080,true",
        "TCP,fd00::1,8080,TCP,fd00:0::1,8080,true",
    })
    void portsConflictLikeSockets(
            Protocol protocol, String ip, int port, Protocol other, String otherIp, int otherPort, boolean conflict) {
        List<HostPort> one = ports(true, new PortMapping(protocol, 1, port, ip));
        List<HostPort> two = ports(true, new PortMapping(other, 1, otherPort, otherIp));

        assertThat(one.stream().anyMatch(port1 -> two.stream().anyMatch(port1::conflictsWith)))
                .isEqualTo(conflict);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "::1", "224.0.0.1", "300.1.1.1", "%eth0", "fe80::1%eth0"})
    void anAddressThatCannotBePublishedIsNamed(String hostIp) {
        assertThatThrownBy(() -> ports(true, new PortMapping(Protocol.TCP, 1, 80, hostIp)))
                .isInstanceOfSatisfying(NetworkException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(NetworkException.Kind.INVALID_ARGUMENT);
                    assertThat(refused.getMessage()).contains(hostIp).contains("80");
                });
    }

    @Test
    void ipv6OnANetworkWithoutItIsRefused() {
        assertThatThrownBy(() -> ports(false, new PortMapping(Protocol.TCP, 1, 80, "fd00::1")))
                .hasMessageContaining("no IPv6");
    }

    @Test
    void portsOutOfRangeAreRefusedWithTheFieldsName() {
        assertThatThrownBy(() -> new PortMapping(Protocol.TCP, 0, 80, ""))
                .hasMessage("read port mapping container_port: 0 is not a port: use 1 to 65535");
        assertThatThrownBy(() -> new PortMapping(Protocol.TCP, 80, 65536, "")).hasMessageContaining("host_port: 65536");
    }

    private static List<HostPort> ports(boolean ipv6, PortMapping... mappings) {
        return HostPort.of(List.of(mappings), ipv6);
    }
}
