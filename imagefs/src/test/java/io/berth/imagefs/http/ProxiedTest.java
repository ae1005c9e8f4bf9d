package io.berth.imagefs.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.http.HttpConnections.Security;
import io.berth.imagefs.testing.TestCertificate;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests by way of a proxy that stands between. */
@Timeout(60)
class ProxiedTest {
    private static final HttpTimes TIMES =
            new HttpTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5));
    private static final Security PLAIN = new Security("plain", () -> {
        throw new AssertionError("TLS was not wanted");
    });
    private static final String SECRET = "Basic bWU6cEBzcw==";

    @TempDir
    private Path directory;

    private static byte[] content(FullHttpRequest request) {
        return (request.uri() + " for " + request.headers().get("Host")).getBytes(StandardCharsets.UTF_8);
    }

    private static String get(String proxy, String url, Security security) throws IOException, InterruptedException {
        Proxies proxies = new Proxies(Map.of("HTTPS_PROXY", proxy, "HTTP_PROXY", proxy));
        try (HttpConnections client = new HttpConnections(proxies);
                ResponseBody body = client.send(
                                HttpCall.get(
                                        URI.create(url), new DefaultHttpHeaders().set("Authorization", "Basic mine")),
                                security,
                                TIMES,
                                _ -> {})
                        .body()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Its certificate is for 127.0.0.1, which is not how it is asked for here. */
    private static Security trusting(TestCertificate certificate) {
        return new Security("tls", () -> {
            try {
                return SslContextBuilder.forClient()
                        .trustManager((java.security.cert.X509Certificate) certificate.certificate())
                        .endpointIdentificationAlgorithm(null)
                        .build();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    @Test
    void tlsGoesThroughATunnelAndTheProxySeesNothingOfTheRequest() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        try (TestServer server = new TestServer(
                        SslContextBuilder.forServer(certificate.keys()).build(), ProxiedTest::content);
                TestProxy proxy = new TestProxy(server.address(), SECRET)) {
            String answer = get(proxy.url("me:p%40ss@"), "https://registry.example/v2/", trusting(certificate));
            assertThat(answer).isEqualTo("/v2/ for registry.example");
            assertThat(proxy.heads())
                    .singleElement()
                    .asString()
                    .startsWith("CONNECT registry.example:443 HTTP/1.1\r\n");
            assertThat(proxy.heads().getFirst()).doesNotContain("Basic mine");
        }
    }

    @Test
    void plainRequestsAreMadeByTheProxy() throws Exception {
        try (TestServer server = new TestServer(null, ProxiedTest::content);
                TestProxy proxy = new TestProxy(server.address(), SECRET)) {
            String answer = get(proxy.url("me:p%40ss@"), "http://registry.example:5000/v2/", PLAIN);
            assertThat(answer).isEqualTo("http://registry.example:5000/v2/ for registry.example:5000");
        }
    }

    @Test
    void aProxyThatWantsCredentialsSaysSo() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        try (TestServer server = new TestServer(null, ProxiedTest::content);
                TestProxy proxy = new TestProxy(server.address(), SECRET)) {
            assertThatThrownBy(() -> get(proxy.url(""), "https://registry.example/v2/", trusting(certificate)))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("the proxy does not connect: it answered 407 Proxy Authentication Required");
            assertThatThrownBy(() -> get(proxy.url("me:wrong@"), "https://registry.example/v2/", trusting(certificate)))
                    .hasMessageContaining("407");
        }
    }

    @Test
    void whatIsNoProxyFailsAtOnce() {
        assertThatThrownBy(() -> get("socks5://127.0.0.1:1", "http://registry.example/v2/", PLAIN))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("HTTP_PROXY in the daemon's environment names a proxy");
    }
}
