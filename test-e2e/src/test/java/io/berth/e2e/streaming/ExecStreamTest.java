package io.berth.e2e.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ExecRequest;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecStreamTest {
    private static final String SPDY = "-websocket=false";
    private static final String WEB_SOCKET = "-websocket=true";

    @RegisterExtension
    static final Node NODE = Node.standard();

    private PodContainer container;
    private Urls urls;

    @BeforeEach
    void runAContainer() {
        urls = new Urls(NODE.client());
        container = NODE.pod("streams")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {SPDY, WEB_SOCKET})
    void allStreamsAndTheExitCodeAreCarried(String transport) {
        String url = urls.exec(container.id(), "sh", "-c", "echo err >&2; cat; echo end; exit 42");
        GoClient.Result result =
                GoClient.orSkip().run("some input\n", "command", transport, "-stdin", "-stdout", "-stderr", url);
        assertThat(result.text()).isEqualTo("some input\nend\n");
        assertThat(result.error()).isEqualTo("err");
        assertThat(result.status()).isEqualTo(42);
    }

    @ParameterizedTest
    @ValueSource(strings = {SPDY, WEB_SOCKET})
    void aTerminalHasItsClientsSize(String transport) {
        String url = urls.terminal(
                container.id(),
                "sh",
                "-c",
                "tty; while ! stty size | grep -q 132; do sleep 0.05; done; stty size; read line; echo got $line");
        GoClient.Result result = GoClient.orSkip()
                .run("typed\n", "command", transport, "-stdin", "-stdout", "-tty", "-size=132x50", url);
        assertThat(result.text()).contains("/dev/pts/", "50 132\r\n", "got typed\r\n");
        assertThat(result.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {SPDY, WEB_SOCKET})
    void muchOfBothDirectionsComesThroughWhole(String transport) {
        String input = "0123456789abcdef".repeat(1 << 20);
        String url = urls.exec(container.id(), "sh", "-c", "sleep 0.3; tee /dev/null");
        GoClient.Result result =
                GoClient.orSkip().run(input, "command", transport, "-stdin", "-stdout", "-stderr", url);
        assertThat(result.text().equals(input))
                .as("what came back is what was sent")
                .isTrue();
        assertThat(result.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {SPDY, WEB_SOCKET})
    void aCommandThatDoesNotReadItsInputEndsAllTheSame(String transport) {
        String url = urls.exec(container.id(), "sh", "-c", "sleep 0.3; exit 7");
        GoClient.Result result =
                GoClient.orSkip().run("x".repeat(1 << 22), "command", transport, "-stdin", "-stdout", "-stderr", url);
        assertThat(result.status()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {SPDY, WEB_SOCKET})
    void aMissingCommandIsNamed(String transport) {
        GoClient client = GoClient.orSkip();
        GoClient.Result plain = client.run(
                "", "command", transport, "-stdin", "-stdout", "-stderr", urls.exec(container.id(), "/nope"));
        assertThat(plain.status()).isEqualTo(255);
        assertThat(plain.error()).contains("exec /nope: no such file or directory");
        GoClient.Result terminal = client.run(
                "", "command", transport, "-stdin", "-stdout", "-tty", urls.terminal(container.id(), "/nope"));
        assertThat(terminal.error()).contains("exec /nope: no such file or directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {SPDY, WEB_SOCKET})
    void manyRunAtOnce(String transport) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            lines.add(urls.output(container.id(), "sh", "-c", "head -c 1000000 /dev/zero; exit " + i % 3));
        }
        GoClient.Result result =
                GoClient.orSkip().run(String.join("\n", lines) + "\n", "many", transport, "-parallel=32");
        assertThat(result.text().lines())
                .hasSize(100)
                .allSatisfy(line -> assertThat(line).matches("exit [012] 1000000"));
    }

    @Test
    void aTokenWorksOnce() {
        String url = urls.output(container.id(), "true");
        GoClient client = GoClient.orSkip();
        assertThat(client.run("", "command", "-stdout", url).status()).isZero();
        assertThat(client.run("", "command", "-stdout", url).error()).contains("no such token");
    }

    @Test
    void whatCannotBeIsRefusedBeforeAnyClientComes() {
        Refusal.of(() -> urls.output("nobody", "true")).is(Code.NOT_FOUND);
        Refusal.of(() -> urls.output(container.id())).is(Code.INVALID_ARGUMENT).saying("cmd");
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(container.id())
                .addCmd("true")
                .build();
        Refusal.of(() -> NODE.client().runtime().exec(request))
                .is(Code.INVALID_ARGUMENT)
                .saying("stdin", "stdout", "stderr");
        ExecRequest both =
                request.toBuilder().setTty(true).setStdout(true).setStderr(true).build();
        Refusal.of(() -> NODE.client().runtime().exec(both))
                .is(Code.INVALID_ARGUMENT)
                .saying("tty", "stderr");
        container.stop(0);
        Refusal.of(() -> urls.output(container.id(), "true"))
                .is(Code.FAILED_PRECONDITION)
                .saying("not running");
    }
}
