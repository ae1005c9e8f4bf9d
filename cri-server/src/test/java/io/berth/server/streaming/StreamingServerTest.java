package io.berth.server.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.core.stream.StandardStreams;
import io.berth.server.config.StreamingConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the server says to requests, byte by byte. */
class StreamingServerTest {
    private static final String SPDY = "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n";
    private static final String WEB_SOCKET_WITHOUT_KEY =
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n";
    private static final String WEB_SOCKET =
            WEB_SOCKET_WITHOUT_KEY.concat("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");

    private final StreamingServer server = new StreamingServer(
            new StreamingConfig("127.0.0.1", 0, 4, Duration.ofHours(4), Duration.ofSeconds(1)), new NoStreams());

    @AfterEach
    void close() {
        server.close();
    }

    private URI exec() {
        return URI.create(server.url(
                new StreamRequest.Exec("container", List.of("true"), new StandardStreams(false, true, false, false))));
    }

    private static String answer(URI uri, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), uri.getPort()), 5000);
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder text = new StringBuilder();
            for (int next = socket.getInputStream().read();
                    next >= 0 && text.indexOf("\r\n\r\n") < 0;
                    next = socket.getInputStream().read()) {
                text.append((char) next);
            }
            return text.toString();
        }
    }

    private static String request(String method, String path, String headers) {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    }

    @Test
    void aTokenUpgradesOnce() throws IOException {
        URI uri = exec();
        String asked = request("POST", uri.getPath(), SPDY + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n");
        assertThat(answer(uri, asked))
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("upgrade: SPDY/3.1")
                .containsIgnoringCase("x-stream-protocol-version: v4.channel.k8s.io");
        assertThat(answer(uri, asked)).startsWith("HTTP/1.1 404 ");
    }

    @Test
    void theClientsFirstKnownProtocolIsChosen() throws IOException {
        URI uri = exec();
        assertThat(answer(
                        uri,
                        request(
                                "POST",
                                uri.getPath(),
                                SPDY
                                        + "X-Stream-Protocol-Version: v9.channel.k8s.io, v3.channel.k8s.io\r\n"
                                                .concat("X-Stream-Protocol-Version: v4.channel.k8s.io\r\n"))))
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("x-stream-protocol-version: v3.channel.k8s.io");
    }

    @Test
    void aClientThatSpeaksNoneIsToldThose() throws IOException {
        URI uri = exec();
        assertThat(answer(
                        uri, request("POST", uri.getPath(), SPDY + "X-Stream-Protocol-Version: v9.channel.k8s.io\r\n")))
                .startsWith("HTTP/1.1 403 ")
                .containsIgnoringCase("x-accepted-stream-protocol-versions: v4.channel.k8s.io");
    }

    @Test
    void aWebSocketGetsItsProtocol() throws IOException {
        URI uri = exec();
        assertThat(answer(
                        uri,
                        request("GET", uri.getPath(), WEB_SOCKET + "Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n")))
                .startsWith("HTTP/1.1 101 ")
                .containsIgnoringCase("sec-websocket-protocol: v5.channel.k8s.io")
                .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        URI other = exec();
        assertThat(answer(other, request("GET", other.getPath(), WEB_SOCKET + "Sec-WebSocket-Protocol: nonsense\r\n")))
                .startsWith("HTTP/1.1 403 ");
        URI incomplete = exec();
        assertThat(answer(incomplete, request("GET", incomplete.getPath(), WEB_SOCKET_WITHOUT_KEY)))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    void whatIsNoStreamsRequestIsRefused() throws IOException {
        URI uri = exec();
        assertThat(answer(uri, request("GET", "/", ""))).startsWith("HTTP/1.1 404 ");
        assertThat(answer(uri, request("GET", "/exec/wrong", SPDY))).startsWith("HTTP/1.1 404 ");
        assertThat(answer(uri, request("GET", "/attach" + uri.getPath().substring(5), SPDY)))
                .startsWith("HTTP/1.1 404 ");
        assertThat(answer(uri, request("DELETE", uri.getPath(), SPDY))).startsWith("HTTP/1.1 405 ");
        assertThat(answer(uri, request("GET", uri.getPath(), ""))).startsWith("HTTP/1.1 400 ");
        assertThat(answer(uri, "nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(answer(uri, request("GET", uri.getPath(), "X: " + "x".repeat(100_000) + "\r\n")))
                .doesNotContain("101");
        assertThat(answer(uri, request("POST", uri.getPath(), SPDY))).startsWith("HTTP/1.1 101 ");
    }

    @Test
    void aClientThatSendsNoRequestIsNotWaitedFor() throws IOException {
        assertThat(answer(exec(), "GET /exec")).startsWith("HTTP/1.1 408 ");
    }

    @Test
    void onlySoManyClientsAreServed() throws IOException {
        URI uri = exec();
        try (Socket first = open(uri);
                Socket second = open(uri);
                Socket third = open(uri);
                Socket fourth = open(uri);
                Socket fifth = open(uri)) {
            assertThat(List.of(first, second, third, fourth)).allMatch(Socket::isConnected);
            fifth.setSoTimeout(500);
            assertThat(fifth.getInputStream().read()).isEqualTo(-1);
        }
    }

    private static Socket open(URI uri) throws IOException {
        return new Socket(uri.getHost(), uri.getPort());
    }
}
