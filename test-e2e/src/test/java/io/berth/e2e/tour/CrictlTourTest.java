package io.berth.e2e.tour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.berth.e2e.image.Nginx;
import io.berth.e2e.network.Http;
import io.berth.e2e.node.Node;
import io.berth.e2e.process.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Everything that a person does with {@code crictl}, before and after the daemon was killed. */
class CrictlTourTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private Crictl crictl;
    private String knownAddress = "";

    @BeforeEach
    void findCrictl() {
        Optional<Path> program = Crictl.find();
        if (program.isEmpty()) {
            System.out.println(
                    "skipped the tour by crictl: there is no crictl on the PATH (the tour over gRPC is run)");
        }
        assumeTrue(program.isPresent(), "no crictl on the PATH");
        crictl = new Crictl(program.get(), NODE.daemon().config().socket());
    }

    private static String write(String name, String json) throws IOException {
        Files.createDirectories(NODE.logs());
        return Files.writeString(NODE.logs().resolve(name), json).toString();
    }

    private static String podFile(String name) throws IOException {
        return write(name + ".json", """
                {
                  "metadata": {"name": "%s", "namespace": "e2e", "uid": "%s-uid", "attempt": 0},
                  "log_directory": "%s",
                  "linux": {"security_context": {"namespace_options": {"pid": 1}}}
                }
                """.formatted(name, name, NODE.logs().resolve(name)));
    }

    private static String containerFile(String name) throws IOException {
        return write(name + "-container.json", """
                {
                  "metadata": {"name": "%s", "attempt": 0},
                  "image": {"image": "%s"},
                  "log_path": "%s.log",
                  "linux": {"security_context": {"namespace_options": {"pid": 1}}}
                }
                """.formatted(name, NODE.nginx(), name));
    }

    @Test
    void everyCommandWorksAndAgainAfterTheDaemonWasKilled() throws IOException {
        assertThat(crictl.run("pull", NODE.nginx())).contains("Image is up to date");
        assertThat(crictl.run("images")).contains("harbour/nginx");
        assertThat(crictl.run("inspecti", NODE.nginx()))
                .contains("\"repoTags\"")
                .contains(NODE.nginx());

        String firstPod = crictl.run("runp", podFile("first"));
        String firstContainer = crictl.run("create", firstPod, containerFile("web"), podFile("first"));
        crictl.run("start", firstContainer);
        look(firstPod, firstContainer);

        NODE.daemon().kill();
        assertThat(Http.get(knownAddress, 80)).as("the container runs on").isEqualTo(Nginx.PAGE);
        NODE.daemon().start();

        look(firstPod, firstContainer);
        String secondPod = crictl.run("runp", podFile("second"));
        String secondContainer = crictl.run("create", secondPod, containerFile("web"), podFile("second"));
        crictl.run("start", secondContainer);
        look(secondPod, secondContainer);
        assertThat(crictl.run("pods", "-q").lines()).containsExactlyInAnyOrder(firstPod, secondPod);

        for (String container : new String[] {firstContainer, secondContainer}) {
            crictl.run("stop", container);
            assertThat(crictl.run("ps", "-a", "--state", "exited", "-q", "--no-trunc"))
                    .contains(container);
            crictl.run("rm", container);
        }
        for (String pod : new String[] {firstPod, secondPod}) {
            crictl.run("stopp", pod);
            crictl.run("rmp", pod);
        }
        crictl.run("rmi", NODE.nginx());
        assertThat(crictl.run("images")).doesNotContain("harbour/nginx");
        assertThat(crictl.run("pods", "-q")).isEmpty();
        assertThat(crictl.run("ps", "-aq")).isEmpty();
    }

    private String inspectedAddress(String pod) {
        return crictl.run("inspectp", "-o", "go-template", "--template", "{{.status.network.ip}}", pod);
    }

    private void look(String pod, String container) throws IOException {
        assertThat(crictl.run("ps", "-q", "--no-trunc")).contains(container);
        assertThat(crictl.run("ps")).contains("Running").contains("web");
        assertThat(crictl.run("pods")).contains("Ready");
        assertThat(crictl.run("inspect", container)).contains("\"CONTAINER_RUNNING\"");
        knownAddress = inspectedAddress(pod);
        assertThat(Http.get(knownAddress, 80)).isEqualTo(Nginx.PAGE);
        assertThat(crictl.run("exec", "-s", container, "cat", "/proc/1/comm")).isEqualTo("nginx");
        assertThat(crictl.run("exec", container, "cat", "/proc/1/comm")).isEqualTo("nginx");
        assertThat(crictl.attempt("exec", "--transport", "websocket", container, "sh", "-c", "exit 5")
                        .error())
                .contains("exit code 5");
        assertThat(crictl.run("logs", container)).contains("GET / HTTP/1.1");
        follow(container);
        assertThat(crictl.run("stats", "-o", "json", container)).contains(container);
        assertThat(crictl.run("statsp")).contains(pod.substring(0, 12));
        assertThat(crictl.run("info")).contains("RuntimeReady");
        assertThat(crictl.run("version")).contains("berth");
    }

    /** {@code logs -f} shows a line that is written after it has begun. */
    private void follow(String container) throws IOException {
        Path shown = NODE.logs().resolve("followed");
        Process following = new ProcessBuilder(crictl.command("logs", "-f", "--tail", "0", container))
                .redirectErrorStream(true)
                .redirectOutput(shown.toFile())
                .start();
        try {
            Waiting.until("a line of the followed log", () -> {
                Http.get(knownAddress, 80);
                return Files.readString(shown).contains("GET / HTTP/1.1");
            });
        } finally {
            following.destroy();
            following.onExit().join();
        }
    }

    @Test
    void refusalsReachThePerson() throws IOException {
        assertThat(crictl.attempt("inspect", "0123456789ab").error()).contains("0123456789ab");
        assertThat(crictl.attempt("pull", "127.0.0.1:1/no:image").error()).contains("127.0.0.1:1");
        String pod = crictl.run("runp", podFile("twin"));
        assertThat(crictl.attempt("runp", podFile("twin")).error())
                .contains("AlreadyExists")
                .contains(pod);
    }
}
