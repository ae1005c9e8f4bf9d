package io.berth.e2e.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ExecSyncRequest;
import io.berth.proto.cri.v1.ExecSyncResponse;
import io.berth.proto.cri.v1.VersionRequest;
import io.grpc.Status.Code;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The client that the benchmark measures with, against a real daemon. */
class DrivenClientTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private CriClient client;

    @BeforeEach
    void makeAClient() {
        client = CriClient.drivenByThisThread(NODE.daemon().config().socket());
    }

    @AfterEach
    void closeTheClient() {
        client.close();
    }

    @Test
    void answersMayBeLargerThanWhatIsSentWithoutAWordOfTheReader() {
        PodContainer container = sleeper();
        for (int i = 0; i < 5; i++) {
            assertThat(execSync(container, "head", "-c", "1000000", "/dev/zero").getStdout())
                    .hasSize(1_000_000);
        }
    }

    @Test
    void anotherThreadsCallsAreAnsweredWhileThisOneIsInACall() {
        PodContainer container = sleeper();
        CompletableFuture<Integer> asked = CompletableFuture.supplyAsync(() -> {
            for (int call = 0; call < 100; call++) {
                version();
            }
            return execSync(container, "sh", "-c", "exit 3").getExitCode();
        });
        assertThat(execSync(container, "sh", "-c", "sleep 1; echo done")
                        .getStdout()
                        .toStringUtf8())
                .isEqualTo("done\n");
        assertThat(asked).succeedsWithin(Waiting.PATIENCE).isEqualTo(3);
    }

    @Test
    void aRefusalSaysWhatTheDaemonSaid() {
        Refusal.of(() -> new PodContainer(client, "nobody", Path.of("/")).status())
                .is(Code.NOT_FOUND)
                .saying("nobody");
    }

    @Test
    void aDeadlineEndsACallThatIsStillToBeAnsweredAndNoOther() {
        PodContainer container = sleeper();
        Refusal.of(() -> client.runtime()
                        .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                        .execSync(request(container, "sleep", "20")))
                .is(Code.DEADLINE_EXCEEDED);
        assertThat(version()).isNotEmpty();
    }

    @Test
    void aDeadlineEndsACallToADaemonThatNeverSaysAWord() throws IOException {
        Path socket = Files.createDirectories(Places.work().resolve("silent")).resolve("socket");
        Files.deleteIfExists(socket);
        try (ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                CriClient waiting = CriClient.drivenByThisThread(socket)) {
            silent.bind(UnixDomainSocketAddress.of(socket));
            Refusal.of(() -> waiting.runtime()
                            .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                            .version(VersionRequest.getDefaultInstance()))
                    .is(Code.DEADLINE_EXCEEDED);
        }
    }

    @Test
    void aDaemonThatWasAwayIsReachedAgain() {
        version();
        NODE.daemon().kill();
        Refusal.of(this::version).is(Code.UNAVAILABLE);
        NODE.daemon().start();
        client.reconnect();
        assertThat(version()).isNotEmpty();
        NODE.daemon().terminate();
        NODE.daemon().start();
        client.reconnect();
        assertThat(version()).isNotEmpty();
    }

    private PodContainer sleeper() {
        return NODE.pod("driven")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
    }

    private String version() {
        return client.runtime().version(VersionRequest.getDefaultInstance()).getRuntimeVersion();
    }

    private ExecSyncResponse execSync(PodContainer container, String... command) {
        return client.runtime().execSync(request(container, command));
    }

    private static ExecSyncRequest request(PodContainer container, String... command) {
        return ExecSyncRequest.newBuilder()
                .setContainerId(container.id())
                .addAllCmd(List.of(command))
                .setTimeout(30)
                .build();
    }
}
