package io.berth.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TarWriter;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Places;
import io.berth.proto.cri.v1.Int64Value;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images that want what is not theirs. */
class HostileImageTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan(String name, UnaryOperator<ImageBuilder> change) {
        String repository = "hostile/" + name;
        NODE.registry()
                .client()
                .push(repository, "1", change.apply(Busybox.image()).build());
        NODE.pull(NODE.reference(repository + ":1"));
        return NODE.pod("hostile")
                .run()
                .container("main", NODE.reference(repository + ":1"))
                .command("sleep", "100");
    }

    private static ContainerPlan layered(String name, Consumer<TarWriter> content) {
        return plan(name, image -> image.layer(Layer.of(content)));
    }

    @Test
    void anAccountFileThatIsAFifoHoldsNobodyUp() {
        ContainerPlan plan =
                layered("fifo", tar -> tar.file("etc/.wh.passwd", "").fifo("etc/passwd"));
        Refusal.of(plan::create).is(Code.FAILED_PRECONDITION).saying("/etc/passwd", "not a regular file");
    }

    @Test
    void anAccountFileInARingOfLinksIsRefused() {
        ContainerPlan plan =
                layered("ring", tar -> tar.symbolicLink("etc/passwd", "other").symbolicLink("etc/other", "passwd"));
        Refusal.of(plan::create).is(Code.FAILED_PRECONDITION).saying("/etc/passwd", "symbolic links");
    }

    @Test
    void anAccountFileThatLeadsOutIsLookedForInside() throws IOException {
        // The host knows this account, the image does not.
        assertThat(Path.of("/etc/passwd")).content().contains("daemon:");
        ContainerPlan plan = layered(
                "out",
                tar -> tar.symbolicLink("etc/passwd", "../../../../../etc/accounts")
                        .file("etc/accounts", "only:x:7:7::/home/only:/bin/sh\n"));
        PodContainer container =
                plan.security(context -> context.setRunAsUsername("only")).start();
        assertThat(container.exec("id", "-u")).isEqualTo("7");
    }

    @Test
    void anEndlessAccountFileIsRefusedAtItsLimit() {
        ContainerPlan plan = layered("endless", tar -> tar.zeros("etc/passwd", 64 << 20));
        Refusal.of(plan::create).is(Code.RESOURCE_EXHAUSTED).saying("/etc/passwd", "1048576");
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999999999999", "2147483648", "4294967295", "-1", "18446744073709551616:0", "0:-1"})
    void aNumberThatIsNoIdIsNeverSomebodyElse(String user) {
        ContainerPlan plan = plan("number", image -> image.user(user));
        Refusal.of(plan::create).is(Code.INVALID_ARGUMENT).saying("out of range");
    }

    @Test
    void anAccountWithAnImpossibleNumberIsNone() {
        ContainerPlan plan = layered(
                "wrap", tar -> tar.file("etc/passwd", "wrap:x:4294967296:0::/:/bin/sh\n1000:x:0:0::/root:/bin/sh\n"));
        Refusal.of(plan.security(context -> context.setRunAsUsername("wrap"))::create)
                .saying("wrap");
    }

    @Test
    void anAccountWhoseNameIsANumberIsNotThatNumber() {
        // A name such as 1000 for root must not make root of user 1000.
        ContainerPlan plan = layered("numeric", tar -> tar.file("etc/passwd", "1000:x:0:0::/root:/bin/sh\n"));
        PodContainer container = plan.security(
                        context -> context.setRunAsUser(Int64Value.newBuilder().setValue(1000)))
                .start();
        assertThat(container.exec("id", "-u")).isEqualTo("1000");
    }

    @Test
    void whatTheEnvironmentSaysReachesNoFile() {
        PodContainer container = plan("environment", image -> image.environment("HOME=/\nroot::0:0::/:/bin/sh"))
                .environment("USER", "x\nevil:x:0:0::/:/bin/sh")
                .start();
        assertThat(container.shell("cat /etc/passwd /etc/group /etc/hosts")).doesNotContain("evil", "root::0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proc", "sys"})
    void aKernelsViewIsNotMountedThroughALink(String name) {
        ContainerPlan plan =
                layered("view-" + name, tar -> tar.file(".wh." + name, "").symbolicLink(name, "/tmp"));
        Refusal.of(plan::start).saying("/" + name, "symbolic link");
    }

    @Test
    void aLinkInPlaceOfDevStaysInside() {
        ContainerPlan plan = layered("dev", tar -> tar.file(".wh.dev", "").symbolicLink("dev", "../../../srv"));
        PodContainer container = plan.start();
        assertThat(container.shell("echo x > /dev/null && stat -c %F /srv/null"))
                .isEqualTo("character special file");
        assertThat(Path.of("/srv/null")).doesNotExist();
    }

    @Test
    void aDeviceNodeOfAnImageOpensNoDevice() {
        PodContainer container =
                layered("node", tar -> tar.characterDevice("kmsg", 1, 11)).start();
        assertThat(container.shell("stat -c '%F %t %T' /kmsg")).isEqualTo("character special file 1 b");
        assertThat(container.execSync(10, "sh", "-c", ": < /kmsg").getExitCode())
                .isNotZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5, 6, 7, 8, 9, 10, 11, 12})
    void aWorkingDirectoryOfTheShimsDescriptorsIsRefused(int number) {
        ContainerPlan plan = plan("directory", image -> image.workingDirectory("/proc/self/fd/" + number));
        Refusal.of(plan::start).saying("working directory");
    }

    @Test
    void anEntryPointThatIsTheShimItselfGetsNowhere() throws IOException {
        Path shim = Places.distribution().resolve("libexec/berth-shim");
        byte[] before = Files.readAllBytes(shim);
        // The interpreter that the kernel finds is what this process ran before its exec. As root in the container it
        // is
        // there to be looked at, and on a read-only mount of its own; run without a directory it ends at once.
        PodContainer container = layered(
                        "exe", tar -> tar.file("entry", "#!/proc/self/exe\n".getBytes(StandardCharsets.UTF_8), 0755))
                .command("/entry")
                .start();
        assertThat(container.awaitExit().getExitCode()).isNotZero();
        assertThat(Files.readAllBytes(shim)).isEqualTo(before);
    }

    @Test
    void aDestinationThatIsSwappedMeanwhileStaysInside() throws IOException {
        Path shared = Files.createDirectories(NODE.logs().resolveSibling("raced"));
        Path volume = Files.createDirectories(NODE.logs().resolveSibling("raced-volume"));
        Files.writeString(volume.resolve("mark"), "marked");
        Pod pod = NODE.pod("raced").run();
        pod.container("racer", NODE.busybox())
                .script("cd /shared; mkdir real; while :; do ln -sfn ../../../../.. there; rm there;"
                        + " ln -sfn real there; mv there there2; mkdir there; rmdir there; done")
                .mount(shared, "/shared", false)
                .start();
        int started = 0;
        for (int i = 0; i < 20; i++) {
            ContainerPlan plan = pod.container("victim-" + i, NODE.busybox())
                    .command("sleep", "100")
                    .mount(shared, "/shared", false)
                    .mount(volume, "/shared/there/tmp", false);
            try {
                PodContainer victim = plan.start();
                started++;
                // Wherever the link led, it was in this container's own root or volume.
                assertThat(victim.shell("grep -c raced-volume /proc/self/mountinfo"))
                        .isEqualTo("1");
                victim.stop(0);
            } catch (StatusRuntimeException lost) {
                assertThat(lost.getStatus().getDescription()).contains("/shared/there/tmp");
            }
        }
        assertThat(started).isPositive();
        assertThat(Path.of("/tmp/mark")).doesNotExist();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain("raced-volume");
    }
}
