package io.berth.imagefs.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxiesTest {
    private static final Proxies PROXIES = new Proxies(Map.of(
            "HTTPS_PROXY", "http://proxy.example:3128",
            "http_proxy", "other.example",
            "NO_PROXY", "inside.example, .corp.example,10.0.0.1"));

    private static InetSocketAddress address(String host, int port) {
        return InetSocketAddress.createUnresolved(host, port);
    }

    @Test
    void eachSchemeHasItsProxy() {
        assertThat(PROXIES.of(URI.create("https://quay.io/v2/"))).isEqualTo(address("proxy.example", 3128));
        assertThat(PROXIES.of(URI.create("http://quay.io/v2/"))).isEqualTo(address("other.example", 80));
        assertThat(new Proxies(Map.of()).of(URI.create("https://quay.io/"))).isNull();
    }

    @Test
    void exceptionsAndThisMachineAreReachedDirectly() {
        for (String host : new String[] {
            "inside.example", "a.inside.example", "x.corp.example", "10.0.0.1", "localhost", "127.0.0.1", "[::1]"
        }) {
            assertThat(PROXIES.of(URI.create("https://" + host + ":5000/")))
                    .as(host)
                    .isNull();
        }
        assertThat(PROXIES.of(URI.create("https://notinside.example/"))).isNotNull();
        assertThat(new Proxies(Map.of("https_proxy", "p", "no_proxy", "*")).of(URI.create("https://quay.io/")))
                .isNull();
    }
}
