package io.berth.network.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.network.NetworkException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {

    @Test
    void theFirstAddressIsTheGatewayAndTheLastIsLeftForBroadcast() {
        AddressRange range = AddressRange.parseIpv4("192.168.7.0/29");

        assertThat(range.gateway()).isEqualTo(address("192.168.7.1"));
        assertThat(range.size()).isEqualTo(6);
        assertThat(range.address(5)).isEqualTo(address("192.168.7.6"));
    }

    @Test
    void aLargeRangeCountsAcrossByteBoundaries() {
        AddressRange range = AddressRange.parseIpv4("10.88.0.0/16");

        assertThat(range.size()).isEqualTo(65534);
        assertThat(range.address(255)).isEqualTo(address("10.88.1.0"));
        assertThat(range.address(65533)).isEqualTo(address("10.88.255.254"));
        assertThat(range.offset(address("10.88.255.254"))).isEqualTo(65533);
        assertThat(range.offset(address("10.88.255.255"))).isEqualTo(-1);
        assertThat(range.offset(address("10.88.0.0"))).isEqualTo(-1);
        assertThat(range.offset(address("10.89.0.1"))).isEqualTo(-1);
    }

    @Test
    void anIpv6RangeGivesOutAsManyAddressesAsANodeCanUse() {
        AddressRange range = AddressRange.parseIpv6("fd00:88:0:7::/64");

        assertThat(range.gateway()).isEqualTo(address("fd00:88:0:7::1"));
        assertThat(range.address(range.size() - 1)).isEqualTo(address("fd00:88:0:7::ffff"));
        assertThat(range.offset(address("fd00:88:0:7::ffff"))).isEqualTo(range.size() - 1);
        assertThat(range.offset(address("fd00:88:0:7:1::1"))).isEqualTo(-1);
    }

    @Test
    void aSmallIpv6RangeEndsWhereItEnds() {
        assertThat(AddressRange.parseIpv6("fd00::4/126").size()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.88.0.0",
                "10.88.0.0/",
                "10.88.0.0/x",
                "10.88.0.0/15",
                "10.88.0.0/31",
                "10.88.0.1/16",
                "fd00::/64",
                "example.org/24",
                "127.0.0.0/16",
                "224.0.0.0/24",
                "169.254.0.0/16",
                "0.0.0.0/16"
            })
    void whatIsNoUsableRangeIsRefusedWithTheFieldsName(String text) {
        assertThatThrownBy(() -> AddressRange.parseIpv4(text))
                .isInstanceOfSatisfying(NetworkException.class, refused -> {
                    assertThat(refused.kind()).isEqualTo(NetworkException.Kind.INVALID_ARGUMENT);
                    assertThat(refused.getMessage()).contains("ipv4_range");
                });
    }

    @Test
    void aHostAddressAsRangeIsAnsweredWithTheNetworkThatWasMeant() {
        assertThatThrownBy(() -> AddressRange.parseIpv4("10.88.3.7/16"))
                .hasMessageContaining("did you mean 10.88.0.0/16?");
    }

    @ParameterizedTest
    @CsvSource({
        "10.88.0.0,16,true",
        "10.88.5.5,32,true",
        "10.0.0.0,8,true",
        "0.0.0.0,0,true",
        "10.89.0.0,16,false",
        "10.87.255.255,32,false",
        "fd00::,64,false"
    })
    void overlapIsFoundInBothDirections(String network, int prefixLength, boolean overlaps) {
        AddressRange range = AddressRange.parseIpv4("10.88.0.0/16");

        assertThat(range.overlaps(address(network), prefixLength)).isEqualTo(overlaps);
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }
}
