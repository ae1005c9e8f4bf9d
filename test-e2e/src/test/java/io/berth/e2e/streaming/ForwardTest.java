package io.berth.e2e.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.process.Waiting;
import io.grpc.Status.Code;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardTest {
    private static final int LENGTH = 5_000_000;

    private static final String SERVER = "mkdir /www; head -c " + LENGTH
            + " /dev/zero > /www/big; echo hello > /www/small; httpd -f -p ADDRESS -h /www";

    @RegisterExtension
    static final Node NODE = Node.standard();

    private final Urls urls = new Urls(NODE.client());

    /** A pod that serves files; listening before anyone is sent there, because a refusal ends a Go client. */
    private static Pod serve(Pod pod, String address) {
        var server = pod.container("server", NODE.busybox())
                .script(SERVER.replace("ADDRESS", address))
                .start();
        Waiting.until(
                "the server to listen",
                () -> server.shell("netstat -ltn").contains(address.replaceAll("[\\[\\]]", "")));
        return pod;
    }

    private static int local(Process client) throws IOException {
        BufferedReader output = client.inputReader(StandardCharsets.UTF_8);
        String line = output.readLine();
        assertThat(line).startsWith("listening ");
        return Integer.parseInt(line.substring("listening ".length()));
    }

    /** Asks for a file and then ends its half of the connection; the length of the answer's body, -1 without one. */
    private static int ask(int port, String file) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request(file).getBytes(StandardCharsets.UTF_8));
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            int end = answer.indexOf("\r\n\r\n");
            return end < 0 ? -1 : answer.length() - end - 4;
        }
    }

    private static String request(String file) {
        return "GET /" + file + " HTTP/1.0\r\n\r\n";
    }

    private void forwards(String transport, Pod pod, int port) throws IOException {
        Process client = GoClient.orSkip().start("forward", transport, "-port=" + port, urls.forward(pod.id()));
        try {
            int local = local(client);
            for (int i = 0; i < 10; i++) {
                assertThat(ask(local, "small")).isEqualTo("hello\n".length());
                assertThat(ask(local, "big")).isEqualTo(LENGTH);
            }
        } finally {
            client.destroyForcibly();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-websocket=false", "-websocket=true"})
    void aPortOfThePodsLocalhostIsForwarded(String transport) throws IOException {
        forwards(transport, serve(NODE.pod("forward").run(), "127.0.0.1:8080"), 8080);
    }

    @Test
    void aPortThatListensOnIpv6OnlyIsReached() throws IOException {
        forwards("-websocket=false", serve(NODE.pod("forward").run(), "[::1]:8080"), 8080);
    }

    @Test
    void aPodOnTheHostsNetworkForwardsTheHostsPorts() throws IOException {
        forwards("-websocket=false", serve(NODE.pod("forward").hostNetwork().run(), "127.0.0.1:18999"), 18_999);
    }

    @Test
    void aPortThatNobodyListensOnIsSaid() throws IOException {
        Pod pod = NODE.pod("forward").run();
        Process client = GoClient.orSkip().start("forward", "-port=81", urls.forward(pod.id()));
        try {
            assertThat(ask(local(client), "small")).isEqualTo(-1);
            assertThat(new String(client.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("port 81", "connection refused");
        } finally {
            client.destroyForcibly();
        }
    }

    @Test
    void theOlderWebSocketProtocolHasChannelsForEachPort() {
        Pod pod = serve(NODE.pod("forward").run(), "127.0.0.1:8080");
        try (HttpClient http = HttpClient.newHttpClient();
                ChannelSocket socket =
                        ChannelSocket.open(http, urls.forward(pod.id(), 8080, 82), "v4.channel.k8s.io")) {
            socket.send(0, request("small"));
            assertThat(socket.awaitClose()).isEqualTo("1000");
            assertThat(socket.received(0)).startsWith(8080 % 256, 8080 / 256);
            assertThat(socket.received(1)).containsExactly(8080 % 256, 8080 / 256);
            assertThat(socket.text(0)).endsWith("hello\n");
            assertThat(socket.text(3)).contains("port 82", "connection refused");
            http.shutdownNow();
        }
    }

    @Test
    void whatCannotBeForwardedIsRefused() {
        Refusal.of(() -> urls.forward("nobody", 80)).is(Code.NOT_FOUND);
        Pod pod = NODE.pod("forward").run();
        Refusal.of(() -> urls.forward(pod.id(), 70_000))
                .is(Code.INVALID_ARGUMENT)
                .saying("port", "70000");
        pod.stop();
        Refusal.of(() -> urls.forward(pod.id(), 80)).is(Code.FAILED_PRECONDITION);
    }
}
