package io.berth.e2e.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.Mount;
import io.berth.proto.cri.v1.MountPropagation;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MountTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private Path volume;

    @BeforeEach
    void makeAVolume() throws IOException {
        volume = Files.createDirectories(NODE.logs().resolveSibling("volume"));
        Command.output("mount", "--bind", volume.toString(), volume.toString());
        Command.output("mount", "--make-shared", volume.toString());
    }

    @AfterEach
    void removeTheVolume() {
        Command.output("umount", "-R", volume.toString());
        Command.output("rm", "-r", volume.toString());
    }

    private static io.berth.e2e.pod.ContainerPlan plan() {
        return NODE.pod("mounting").run().container("main", NODE.busybox());
    }

    private PodContainer sleeping(MountPropagation propagation) {
        return NODE.pod("propagating")
                .privileged()
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .privileged()
                .mount(volume, "/volume", false, propagation)
                .start();
    }

    @Test
    void aDirectoryIsSharedBothWays() throws IOException {
        Files.writeString(volume.resolve("from-host"), "ahoy\n");
        assertThat(plan().script("cat /new/mount/point/from-host; echo hey > /new/mount/point/from-container")
                        .mount(volume, "/new/mount/point", false)
                        .start()
                        .output())
                .isEqualTo("ahoy\n");
        assertThat(volume.resolve("from-container")).hasContent("hey");
    }

    @Test
    void aFileIsMountedOverAFile() throws IOException {
        Path file = Files.writeString(volume.resolve("motd"), "welcome");
        assertThat(plan().script("cat /etc/passwd /etc/new")
                        .mount(file, "/etc/passwd", true)
                        .mount(file, "/etc/new", true)
                        .start()
                        .output())
                .isEqualTo("welcomewelcome");
    }

    @Test
    void aReadOnlyMountRefusesWriting() {
        PodContainer container = plan().script("touch /volume/file")
                .mount(volume, "/volume", true)
                .start();
        assertThat(container.awaitExit().getExitCode()).isNotZero();
        assertThat(container.log().text("stderr")).contains("Read-only file system");
    }

    @Test
    void aRecursivelyReadOnlyMountCoversWhatIsMountedBelow() throws IOException {
        Files.createDirectories(volume.resolve("below"));
        Command.output("mount", "-t", "tmpfs", "tmpfs", volume.resolve("below").toString());
        PodContainer container = plan().script("touch /volume/below/file")
                .with(config -> config.addMounts(Mount.newBuilder()
                        .setHostPath(volume.toString())
                        .setContainerPath("/volume")
                        .setReadonly(true)
                        .setRecursiveReadOnly(true)))
                .start();
        assertThat(container.awaitExit().getExitCode()).isNotZero();
        assertThat(container.log().text("stderr")).contains("Read-only file system");
    }

    @Test
    void aSymbolicLinkInTheImageDoesNotLeadOut() {
        // /var/run leads to /run: the mount must appear inside, and the machine's /run must not change.
        assertThat(plan().script("ls -d /run/inside")
                        .mount(volume, "/var/run/inside", false)
                        .start()
                        .output())
                .isEqualTo("/run/inside\n");
        assertThat(Path.of("/run/inside")).doesNotExist();
    }

    @Test
    void privatePropagationPassesNothing() {
        PodContainer container = sleeping(MountPropagation.PROPAGATION_PRIVATE);
        mountOnHost();
        container.exec("mkdir", "/volume/inner");
        container.exec("mount", "-t", "tmpfs", "tmpfs", "/volume/inner");
        assertThat(container.shell("cat /proc/self/mountinfo")).doesNotContain("/volume/outer");
        assertThat(hostMounts()).doesNotContain(volume.resolve("inner").toString());
    }

    @Test
    void hostToContainerPassesTheHostsMounts() {
        PodContainer container = sleeping(MountPropagation.PROPAGATION_HOST_TO_CONTAINER);
        mountOnHost();
        container.exec("mkdir", "/volume/inner");
        container.exec("mount", "-t", "tmpfs", "tmpfs", "/volume/inner");
        assertThat(container.shell("cat /proc/self/mountinfo")).contains("/volume/outer");
        assertThat(hostMounts()).doesNotContain(volume.resolve("inner").toString());
    }

    @Test
    void bidirectionalPassesTheContainersToo() {
        PodContainer container = sleeping(MountPropagation.PROPAGATION_BIDIRECTIONAL);
        mountOnHost();
        container.exec("mkdir", "/volume/inner");
        container.exec("mount", "-t", "tmpfs", "tmpfs", "/volume/inner");
        assertThat(container.shell("cat /proc/self/mountinfo")).contains("/volume/outer");
        Waiting.until(
                "the container's mount on the host",
                () -> hostMounts().contains(volume.resolve("inner").toString()));
    }

    @Test
    void propagationFromAPrivateMountIsRefused() {
        Command.output("mount", "--make-private", volume.toString());
        var plan = NODE.pod("private")
                .privileged()
                .run()
                .container("main", NODE.busybox())
                .command("true")
                .privileged()
                .mount(volume, "/volume", false, MountPropagation.PROPAGATION_BIDIRECTIONAL);
        Refusal.of(plan::start).is(Code.INVALID_ARGUMENT).saying(volume.toString(), "shared");
    }

    @Test
    void aMissingSourceIsNamedAndNotMade() {
        Path missing = volume.resolve("not/there");
        var plan = plan().command("true").mount(missing, "/volume", false);
        Refusal.of(plan::start)
                .is(Code.INVALID_ARGUMENT)
                .saying("/volume", missing.toString(), "no such file or directory");
        assertThat(missing.getParent()).doesNotExist();
    }

    @Test
    void bidirectionalNeedsAPrivilegedContainer() {
        var plan = plan().command("true").mount(volume, "/volume", false, MountPropagation.PROPAGATION_BIDIRECTIONAL);
        Refusal.of(plan::start).is(Code.INVALID_ARGUMENT).saying("/volume", "privileged");
    }

    @Test
    void aRelativeSourceIsRefused() {
        var plan = plan().command("true").mount(Path.of("relative"), "/volume", false);
        Refusal.of(plan::start).is(Code.INVALID_ARGUMENT).saying("relative", "absolute");
    }

    private void mountOnHost() {
        Command.output("mkdir", volume.resolve("outer").toString());
        Command.output("mount", "-t", "tmpfs", "tmpfs", volume.resolve("outer").toString());
    }

    private static String hostMounts() {
        return Command.output("cat", "/proc/self/mountinfo");
    }
}
