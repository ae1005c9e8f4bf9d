package io.berth.network.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.network.BridgeNetworkConfig;
import io.berth.network.NetworkException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeSettingsTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "a-name-of-sixteen", "0berth", "be rth", "be/rth", "berth\"", "lo", "all", "default"})
    void whatCannotNameABridgeIsRefused(String name) {
        assertThatThrownBy(() -> BridgeSettings.of(new BridgeNetworkConfig(name, "10.88.0.0/16", Path.of("/x"))))
                .isInstanceOf(NetworkException.class)
                .hasMessageContaining("bridge");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 575, 65536})
    void anMtuThatNoLinkTakesIsRefused(int mtu) {
        BridgeNetworkConfig config = new BridgeNetworkConfig("berth0", "10.88.0.0/16", null, Path.of("/x"), mtu, true);

        assertThatThrownBy(() -> BridgeSettings.of(config)).hasMessageContaining("mtu");
    }

    @Test
    void ipv6NeedsALargerMtu() {
        assertThatThrownBy(() -> BridgeSettings.of(
                        new BridgeNetworkConfig("berth0", "10.88.0.0/16", "fd00::/64", Path.of("/x"), 1000, true)))
                .hasMessageContaining("1280");
    }

    @Test
    void theHostsLinkIsNamedByTheSandbox() {
        assertThat(HostInterfaceName.of("0123456789abcdef".repeat(4))).isEqualTo("bth0123456789ab");
        assertThat(HostInterfaceName.of("my-pod")).hasSize(15).startsWith("bth");
        assertThatThrownBy(() -> HostInterfaceName.of("a b")).isInstanceOf(NetworkException.class);
        assertThatThrownBy(() -> HostInterfaceName.of("../x")).isInstanceOf(NetworkException.class);
    }
}
