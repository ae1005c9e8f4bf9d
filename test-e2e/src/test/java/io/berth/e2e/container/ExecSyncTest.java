package io.berth.e2e.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ExecSyncResponse;
import io.grpc.Status.Code;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ExecSyncTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private PodContainer container;

    @BeforeEach
    void runAContainer() {
        container = NODE.pod("exec")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .environment("SHIP", "Vasa")
                .start();
    }

    @Test
    void bothStreamsAndTheExitCodeComeBack() {
        ExecSyncResponse response = container.execSync(10, "sh", "-c", "echo out; echo err >&2; exit 42");
        assertThat(response.getStdout().toStringUtf8()).isEqualTo("out\n");
        assertThat(response.getStderr().toStringUtf8()).isEqualTo("err\n");
        assertThat(response.getExitCode()).isEqualTo(42);
    }

    @Test
    void itRunsWithTheContainersEnvironmentUserAndNamespaces() {
        assertThat(container.exec("sh", "-c", "echo $SHIP $$PATH")).startsWith("Vasa ");
        assertThat(container.exec("cat", "/proc/1/cmdline")).startsWith("sleep");
        assertThat(container.exec("pwd")).isEqualTo("/");
        assertThat(container.exec("grep", "Seccomp:", "/proc/self/status"))
                .isEqualTo(container.exec("grep", "Seccomp:", "/proc/1/status"));
    }

    @Test
    void aKilledCommandReportsItsSignal() {
        assertThat(container.execSync(10, "sh", "-c", "kill -9 $$").getExitCode())
                .isEqualTo(137);
    }

    @Test
    void aMissingCommandIsNamed() {
        Refusal.of(() -> container.execSync(10, "/bin/nope"))
                .is(Code.INVALID_ARGUMENT)
                .saying("/bin/nope", "no such file or directory");
    }

    @Test
    void aTimeoutEndsTheCommandAndAllItsDescendants() {
        Refusal.of(() -> container.execSync(1, "sh", "-c", "(sleep 501 & sleep 502 & wait) & setsid sleep 503; wait"))
                .is(Code.DEADLINE_EXCEEDED)
                .saying("1 s");
        awaitEndOf("sleep 50[123]");
        assertThat(container.exec("echo", "still here")).isEqualTo("still here");
    }

    @Test
    void muchOutputIsBoundedAndSaysSo() {
        ExecSyncResponse response = container.execSync(30, "sh", "-c", "head -c 20000000 /dev/zero | tr '\\0' x");
        assertThat(response.getExitCode()).isZero();
        assertThat(response.getStdout().size()).isBetween(1, 16 << 20);
        assertThat(container.exec("echo", "still here")).isEqualTo("still here");
    }

    @Test
    void aCommandThatPrintsWithoutEndEndsAtItsDeadline() {
        Refusal.of(() -> container.execSync(1, "sh", "-c", "yes & yes >&2"))
                .is(Code.DEADLINE_EXCEEDED)
                .saying("1 s");
        awaitEndOf("yes");
    }

    /** Waits until no process in the container has such a command line; a zombie has none. */
    private void awaitEndOf(String commandLine) {
        Waiting.until(
                "the exec's descendants to end",
                () -> container
                        .execSync(10, "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
                        .getStdout()
                        .toStringUtf8()
                        .matches("(?s)(?!.*\\b" + commandLine + "\\b).*"));
    }

    @Test
    void aDaemonizedChildDoesNotHoldTheAnswerBack() {
        ExecSyncResponse response = container.execSync(10, "sh", "-c", "sleep 300 >/dev/null 2>&1 & echo started");
        assertThat(response.getStdout().toStringUtf8()).isEqualTo("started\n");
    }

    @Test
    void standardInputIsEmpty() {
        assertThat(container.exec("cat")).isEmpty();
    }

    @Test
    void manyRunAtOnce() throws InterruptedException {
        Thread[] callers = new Thread[16];
        String[] answers = new String[callers.length];
        for (int i = 0; i < callers.length; i++) {
            int number = i;
            callers[i] = Thread.ofPlatform()
                    .name("caller-" + i)
                    .start(() -> answers[number] = container.exec("sh", "-c", "usleep 100000; echo " + number));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(answers)
                .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15");
    }

    @Test
    void aContainerThatDoesNotRunRefuses() {
        container.stop(0);
        Refusal.of(() -> container.execSync(10, "true"))
                .is(Code.FAILED_PRECONDITION)
                .saying("not running");
    }

    @Test
    void anEmptyCommandIsRefused() {
        Refusal.of(() -> container.execSync(10)).is(Code.INVALID_ARGUMENT).saying("cmd");
    }

    @Test
    void anUnknownContainerIsNotFound() {
        PodContainer unknown = new PodContainer(NODE.client(), "0123456789abcdef", container.logPath());
        Refusal.of(() -> unknown.execSync(10, "true")).is(Code.NOT_FOUND).saying("0123456789abcdef");
    }
}
