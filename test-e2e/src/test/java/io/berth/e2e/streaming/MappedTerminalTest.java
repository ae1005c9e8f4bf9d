package io.berth.e2e.streaming;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A terminal in a pod with a user namespace. */
class MappedTerminalTest {
    private static final String PROTOCOL = "v5.channel.k8s.io";
    private static final int INPUT = 0;
    private static final int OUTPUT = 1;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static PodContainer container() {
        return NODE.pod("mapped-terminal")
                .userNamespace(700_000)
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
    }

    private static void awaitOutput(ChannelSocket socket, String text) {
        Waiting.untilPresent(
                () -> text + " in: " + socket.text(OUTPUT),
                () -> socket.text(OUTPUT).contains(text) ? Optional.of(true) : Optional.empty(),
                Duration.ofSeconds(30));
    }

    @Test
    void itBelongsToTheContainersRootAndCarriesBothWays() {
        String url = new Urls(NODE.client())
                .terminal(
                        container().id(),
                        "sh",
                        "-c",
                        "tty; stat -c owner=%u:%g $(tty); stty size; read word < $(tty); echo got $word; exit 3");
        try (HttpClient http = HttpClient.newHttpClient();
                ChannelSocket socket = ChannelSocket.open(http, url, PROTOCOL)) {
            awaitOutput(socket, "/dev/pts/");
            awaitOutput(socket, "owner=0:5");
            socket.send(INPUT, "typed\n");
            awaitOutput(socket, "got typed");
            assertThat(socket.awaitClose()).isEqualTo("1000");
            assertThat(socket.text(3)).contains("\"message\":\"3\"");
        }
    }
}
