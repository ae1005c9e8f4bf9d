package io.berth.e2e.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ContainerStatus;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class StartFailureTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan() {
        return NODE.pod("failing").run().container("main", NODE.busybox());
    }

    private static Refusal startOf(PodContainer container) {
        Refusal refusal = Refusal.of(container::start);
        ContainerStatus status = container.status();
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isNotZero();
        assertThat(status.getReason()).isEqualTo("StartError");
        assertThat(status.getMessage()).as("the status repeats why").contains(refusal.message());
        return refusal;
    }

    @Test
    void aMissingCommandIsNamedAsTheKernelSaysIt() {
        startOf(plan().command("/bin/nope").create())
                .is(Code.INVALID_ARGUMENT)
                .saying("exec /bin/nope: no such file or directory");
    }

    @Test
    void aCommandThatIsNowhereOnThePathIsNamed() {
        startOf(plan().command("nope").create()).is(Code.INVALID_ARGUMENT).saying("nope", "no such file or directory");
    }

    @Test
    void aFileThatIsNotExecutableIsRefused() {
        startOf(plan().command("/etc/passwd").create())
                .is(Code.INVALID_ARGUMENT)
                .saying("exec /etc/passwd: permission denied");
    }

    @Test
    void aFileThatIsNoProgramIsRefused() {
        NODE.registry()
                .client()
                .push(
                        "start/noprogram",
                        "1",
                        Busybox.image()
                                .layer(Layer.of(tar -> tar.file("noprogram", new byte[] {1, 2, 3, 4}, 0755)))
                                .build());
        String image = NODE.reference("start/noprogram:1");
        NODE.pull(image);
        PodContainer container = NODE.pod("failing")
                .run()
                .container("main", image)
                .command("/noprogram")
                .create();
        startOf(container).is(Code.INVALID_ARGUMENT).saying("exec /noprogram: exec format error");
    }

    @Test
    void aMissingWorkingDirectoryIsMade() {
        PodContainer container = plan().script("pwd; stat -c '%a %u' .")
                .with(config -> config.setWorkingDir("/not/there/yet"))
                .start();
        assertThat(container.output()).isEqualTo("/not/there/yet\n755 0\n");
    }

    @Test
    void aWorkingDirectoryThatIsAFileIsRefused() {
        startOf(plan().command("true")
                        .with(config -> config.setWorkingDir("/etc/passwd"))
                        .create())
                .is(Code.INVALID_ARGUMENT)
                .saying("/etc/passwd", "not a directory");
    }

    @Test
    void anUnknownUserIsNamed() {
        ContainerPlan plan = plan().command("true").security(context -> context.setRunAsUsername("captain"));
        Refusal.of(plan::create).is(Code.INVALID_ARGUMENT).saying("captain", "/etc/passwd");
    }

    @Test
    void anImageThatIsNotThereIsNamed() {
        ContainerPlan plan = NODE.pod("failing").run().container("main", "127.0.0.1:1/no/such:image");
        Refusal.of(plan::create).is(Code.NOT_FOUND).saying("127.0.0.1:1/no/such:image");
    }

    @Test
    void anImageWithoutACommandAndNoneGivenIsRefused() {
        NODE.registry()
                .client()
                .push(
                        "start/nocommand",
                        "1",
                        new io.berth.e2e.image.ImageBuilder()
                                .layer(Busybox.layer())
                                .build());
        String image = NODE.reference("start/nocommand:1");
        NODE.pull(image);
        ContainerPlan plan = NODE.pod("failing").run().container("main", image);
        Refusal.of(plan::create).is(Code.INVALID_ARGUMENT).saying("command");
    }

    @Test
    void aContainerStartsOnlyOnce() {
        PodContainer container = plan().command("sleep", "100").start();
        Refusal.of(container::start).is(Code.FAILED_PRECONDITION).saying("running");
        container.stop(0);
        Refusal.of(container::start).is(Code.FAILED_PRECONDITION).saying("exited");
    }
}
