package io.berth.imagefs.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.http.HttpConnections.Cancellation;
import io.berth.imagefs.http.HttpConnections.Security;
import io.berth.imagefs.testing.TestCertificate;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpConnectionsTest {
    private static final HttpTimes TIMES =
            new HttpTimes(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5));
    private static final byte[] LARGE = new byte[5_000_000];

    static {
        new Random(5).nextBytes(LARGE);
    }

    private HttpConnections client = new HttpConnections(new Proxies(Map.of()));

    @TempDir
    private Path directory;

    @AfterEach
    void close() {
        client.close();
    }

    private static byte[] content(FullHttpRequest request) {
        return request.uri().equals("/large") ? LARGE : request.uri().getBytes(StandardCharsets.UTF_8);
    }

    private HttpAnswer get(TestServer server, String path, Security security) throws IOException, InterruptedException {
        return client.send(HttpCall.get(server.uri(path), new DefaultHttpHeaders()), security, TIMES, _ -> {});
    }

    private HttpAnswer get(TestServer server, String path) throws IOException, InterruptedException {
        return get(server, path, new Security("plain", () -> {
            throw new AssertionError("TLS was not wanted");
        }));
    }

    private static SslContextBuilder withProtocols(SslContextBuilder builder, String... protocols) {
        return builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols));
    }

    private TestServer secure(TestCertificate certificate) throws Exception {
        SslContext context = withProtocols(
                        SslContextBuilder.forServer(certificate.keys()),
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1)
                .build();
        return new TestServer(context, HttpConnectionsTest::content);
    }

    private static Security trusting(TestCertificate certificate, String... protocols) {
        return new Security("tls", () -> {
            try {
                return withProtocols(SslContextBuilder.forClient(), protocols)
                        .trustManager((java.security.cert.X509Certificate) certificate.certificate())
                        .build();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static byte[] all(HttpAnswer answer) throws IOException {
        try (ResponseBody body = answer.body()) {
            return body.readAllBytes();
        }
    }

    private static void eventually(String what, BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 500 && !condition.getAsBoolean(); i++) {
            Thread.sleep(20);
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }

    @Test
    void oneConnectionServesRequestsOneAfterTheOther() throws Exception {
        try (TestServer server = new TestServer(null, HttpConnectionsTest::content)) {
            assertThat(all(get(server, "/a"))).asString().isEqualTo("/a");
            // It is given back by its own thread, once the last of the body has come.
            eventually("given back", () -> client.idle() == 1);
            assertThat(all(get(server, "/large"))).isEqualTo(LARGE);
            eventually("given back", () -> client.idle() == 1);
            get(server, "/unread").body().close();
            eventually("given back", () -> client.idle() == 1);
            assertThat(all(get(server, "/b?c"))).asString().isEqualTo("/b?c");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void aConnectionThatTheServerClosedIsReplaced() throws Exception {
        try (TestServer server = new TestServer(null, HttpConnectionsTest::content)) {
            assertThat(all(get(server, "/a"))).hasSize(2);
            server.closeConnections();
            assertThat(all(get(server, "/b"))).hasSize(2);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void aBodyThatIsNotWantedEndsItsConnection() throws Exception {
        try (TestServer server = new TestServer(null, HttpConnectionsTest::content)) {
            get(server, "/large").body().close();
            assertThat(all(get(server, "/a"))).hasSize(2);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionsAndThreadsGoWhenNobodyWantsThem() throws Exception {
        client.close();
        client = new HttpConnections(new Proxies(Map.of()), Duration.ofMillis(300), Duration.ofMillis(100));
        try (TestServer server = new TestServer(null, HttpConnectionsTest::content)) {
            assertThat(all(get(server, "/a"))).hasSize(2);
            eventually("the connection is closed", () -> server.openConnections() == 0);
            eventually(
                    "the threads have ended",
                    () -> Thread.getAllStackTraces().keySet().stream()
                            .noneMatch(thread -> thread.getName().startsWith("registry-io")));
            assertThat(all(get(server, "/a"))).hasSize(2);
        }
    }

    @Test
    void http2IsSpokenWhereTheServerSpeaksIt() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        try (TestServer server = secure(certificate)) {
            Security both = trusting(certificate, ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
            HttpAnswer first = get(server, "/large", both);
            HttpAnswer second = get(server, "/large", both);
            assertThat(all(second)).isEqualTo(LARGE);
            assertThat(all(first)).isEqualTo(LARGE);
            get(server, "/large", both).body().close();
            assertThat(all(get(server, "/a", both))).asString().isEqualTo("/a");
            assertThat(server.requests()).contains("h2 /large", "h2 /a").doesNotContain("http/1.1 /a");
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void moreStreamsThanAConnectionShouldCarryGetAnother() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        try (TestServer server = secure(certificate)) {
            Security security = trusting(certificate, ApplicationProtocolNames.HTTP_2);
            HttpAnswer first = get(server, "/large", security);
            HttpAnswer second = get(server, "/large", security);
            HttpAnswer third = get(server, "/large", security);
            assertThat(all(third)).isEqualTo(LARGE);
            assertThat(all(second)).isEqualTo(LARGE);
            assertThat(all(first)).isEqualTo(LARGE);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void http11IsSpokenOverTlsWhereNothingElseIsOffered() throws Exception {
        TestCertificate certificate = TestCertificate.make(directory);
        try (TestServer server = secure(certificate)) {
            Security old = trusting(certificate, ApplicationProtocolNames.HTTP_1_1);
            assertThat(all(get(server, "/large", old))).isEqualTo(LARGE);
            assertThat(server.requests()).containsExactly("http/1.1 /large");
        }
    }

    @Test
    void piecesLieOutsideOfTheHeap() throws Exception {
        try (TestServer server = new TestServer(null, HttpConnectionsTest::content);
                ResponseBody body = get(server, "/large").body()) {
            ByteBuffer piece = body.next();
            assertThat(piece).isNotNull().matches(ByteBuffer::isDirect);
            assertThat(body.next()).isSameAs(piece);
        }
    }

    @Test
    void cancellingEndsAWaitInAnotherThread() throws Exception {
        CompletableFuture<Cancellation> cancellation = new CompletableFuture<>();
        try (TestServer server = new TestServer(null, request -> {
            if (request.uri().equals("/slow")) {
                cancellation.join().cancel();
            }
            return LARGE;
        })) {
            assertThatThrownBy(() -> client.send(
                            HttpCall.get(server.uri("/slow"), new DefaultHttpHeaders()),
                            new Security("plain", () -> {
                                throw new AssertionError();
                            }),
                            TIMES,
                            cancellation::complete))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cancelled");
        }
    }
}
