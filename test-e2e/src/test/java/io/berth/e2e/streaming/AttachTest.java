package io.berth.e2e.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.LogFile;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.grpc.Status.Code;
import java.net.http.HttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttachTest {
    private static final String PROTOCOL = "v5.channel.k8s.io";

    @RegisterExtension
    static final Node NODE = Node.standard();

    private final Urls urls = new Urls(NODE.client());
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void closeClient() {
        http.shutdownNow();
    }

    private PodContainer container(String script, boolean once) {
        return NODE.pod("attach")
                .run()
                .container("main", NODE.busybox())
                .script(script)
                .with(config -> config.setStdin(true).setStdinOnce(once))
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-websocket=false", "-websocket=true"})
    void inputThatIsOpenOnceEndsWithItsClientsInput(String transport) {
        PodContainer container = container("while read line; do echo got $line; done; echo oops >&2; sleep 0.2", true);
        GoClient.Result result = GoClient.orSkip()
                .run(
                        "one\ntwo\n",
                        "command",
                        transport,
                        "-stdin",
                        "-stdout",
                        "-stderr",
                        urls.attach(container.id(), true));
        assertThat(result.status()).isZero();
        assertThat(result.text()).isEqualTo("got one\ngot two\n");
        assertThat(result.error()).isEqualTo("oops");
        assertThat(container.output()).isEqualTo("got one\ngot two\n");
    }

    @Test
    void severalClientsSeeTheSameAndTheLogHasItToo() {
        PodContainer container = container("while read line; do echo got $line; done", false);
        try (ChannelSocket writer = ChannelSocket.open(http, urls.attach(container.id(), true), PROTOCOL);
                ChannelSocket reader = ChannelSocket.open(http, urls.attach(container.id(), false), PROTOCOL)) {
            // An attached client sees what comes from then on: both are there when the first line is sent.
            Waiting.until("both clients to see a line", () -> {
                writer.send(0, "ping\n");
                return writer.text(1).contains("got ping\n") && reader.text(1).contains("got ping\n");
            });
            writer.end(0);
            container.awaitLogLine("got ping");
        }
        try (ChannelSocket later = ChannelSocket.open(http, urls.attach(container.id(), true), PROTOCOL)) {
            later.send(0, "later\n");
            Waiting.until("the later client's line", () -> later.text(1).contains("got later\n"));
            container.stop(0);
            assertThat(later.awaitClose()).isEqualTo("1000");
            assertThat(later.text(3)).contains("\"137\"");
        }
    }

    @Test
    void aClientThatNeverReadsHoldsUpNeitherContainerNorLogNorOthers() {
        int size = 40_000_000;
        PodContainer container =
                container("read line; head -c " + size + " /dev/zero | tr '\\0' 'a' | fold -w 1000", false);
        try (ChannelSocket stalled = ChannelSocket.stalled(http, urls.attach(container.id(), false), PROTOCOL);
                ChannelSocket reading = ChannelSocket.open(http, urls.attach(container.id(), true), PROTOCOL)) {
            reading.send(0, "go\n");
            container.awaitExit();
            assertThat(reading.awaitClose()).isEqualTo("1000");
            assertThat(reading.received(1).length).isGreaterThan(size);
            assertThat(container.log().text(LogFile.OUTPUT).length()).isGreaterThan(size);
            assertThat(stalled.received(1)).isEmpty();
        }
    }

    @Test
    void whatCannotBeAttachedToIsRefused() {
        PodContainer container = container("sleep 1000", false);
        Refusal.of(() -> urls.attach("nobody", false)).is(Code.NOT_FOUND);
        container.stop(0);
        Refusal.of(() -> urls.attach(container.id(), false)).is(Code.FAILED_PRECONDITION);
    }
}
