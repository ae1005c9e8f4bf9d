package io.berth.imagefs.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProxiesTest {
    private static final Proxies PROXIES = new Proxies(Map.of(
            "HTTPS_PROXY", "http://proxy.example:3128",
            "http_proxy", "other.example",
            "NO_PROXY", "inside.example, .corp.example,10.0.0.1"));

    private static Proxy address(String host, int port) {
        return new Proxy(InetSocketAddress.createUnresolved(host, port), "");
    }

    @Test
    void eachSchemeHasItsProxy() throws ConnectException {
        assertThat(PROXIES.of(URI.create("https://quay.io/v2/"))).isEqualTo(address("proxy.example", 3128));
        assertThat(PROXIES.of(URI.create("http://quay.io/v2/"))).isEqualTo(address("other.example", 80));
        assertThat(new Proxies(Map.of()).of(URI.create("https://quay.io/"))).isNull();
    }

    @Test
    void exceptionsAndThisMachineAreReachedDirectly() throws ConnectException {
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

    @Test
    void credentialsInTheUrlAreForTheProxyAndDoNotShow() throws ConnectException {
        Proxy proxy = Proxy.parse("http://me:p%40ss%3A@proxy.example:3128", "HTTPS_PROXY");
        assertThat(proxy.credentials()).isEqualTo("Basic bWU6cEBzczo=");
        assertThat(proxy).hasToString("the proxy proxy.example:3128");
        assertThat(Proxy.parse("me@proxy.example", "HTTPS_PROXY").credentials()).isEqualTo("Basic bWU6");
    }

    @Test
    void whatIsNoProxyIsNamedByItsVariableAndNotByItsValue() {
        for (String wrong : new String[] {
            "http://me:secret word@proxy", "socks5://me:secret@proxy:1080", "http://:3128", "http://me:secret@"
        }) {
            assertThatThrownBy(() -> new Proxies(Map.of("https_proxy", wrong)).of(URI.create("https://quay.io/")))
                    .as(wrong)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageStartingWith("HTTPS_PROXY in the daemon's environment ")
                    .hasMessageContaining("http://HOST:PORT")
                    .message()
                    .doesNotContain("secret");
        }
    }
}
