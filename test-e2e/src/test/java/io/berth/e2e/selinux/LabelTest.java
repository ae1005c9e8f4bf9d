package io.berth.e2e.selinux;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.image.Layer;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.kernel.SystemCalls;
import io.berth.proto.cri.v1.ExecSyncResponse;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.Mount;
import io.berth.proto.cri.v1.NamespaceMode;
import io.berth.proto.cri.v1.SELinuxOption;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Under the policy of vm/selinux-policy, enforced: only levels keep containers apart. */
@Tag("vm")
class LabelTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan(Pod pod, String name) {
        return pod.container(name, NODE.busybox()).command("sleep", "1000");
    }

    private static ContainerPlan with(ContainerPlan plan, Path volume, boolean relabel) {
        return plan.with(config -> config.addMounts(Mount.newBuilder()
                .setHostPath(volume.toString())
                .setContainerPath("/volume")
                .setSelinuxRelabel(relabel)));
    }

    private static String process(PodContainer container) {
        return container.exec("cat", "/proc/self/attr/current").replace("\0", "");
    }

    private static String level(PodContainer container) {
        return process(container).split(":", 4)[3];
    }

    private static String file(Path path) {
        byte[] label = SystemCalls.real().lgetxattr(null, path.toString(), "security.selinux");
        return new String(Objects.requireNonNull(label), StandardCharsets.UTF_8).replace("\0", "");
    }

    private static Path volume(String name) throws IOException {
        Path volume = Files.createDirectories(NODE.logs().resolveSibling(name).resolve("below"));
        Files.writeString(volume.resolve("file"), "text\n");
        return NODE.logs().resolveSibling(name);
    }

    @Test
    void everyPodHasALevelAndItsContainersShareIt() {
        Pod first = NODE.pod("first").run();
        PodContainer one = plan(first, "one").start();
        PodContainer two = plan(first, "two").start();
        PodContainer other = plan(NODE.pod("second").run(), "one").start();
        assertThat(process(one)).matches("system_u:system_r:container_t:s0:c\\d+,c\\d+");
        assertThat(process(two)).isEqualTo(process(one));
        assertThat(process(other))
                .startsWith("system_u:system_r:container_t:s0:c")
                .isNotEqualTo(process(one));
    }

    @Test
    void theRootAndWhatIsMountedForTheContainerHaveItsLabel() {
        PodContainer container = plan(NODE.pod("mounts").run(), "main").start();
        String context = "context=\"system_u:object_r:container_file_t:" + level(container) + "\"";
        for (String destination : new String[] {"/", "/dev", "/dev/shm", "/dev/pts"}) {
            assertThat(container.shell("grep ' " + destination + " ' /proc/self/mountinfo"))
                    .as(destination)
                    .contains(context);
        }
        assertThat(container.shell("echo x > /file && cat /file && echo y > /dev/shm/file && cat /dev/shm/file"))
                .isEqualTo("x\ny");
        assertThat(container.shell("head -c 1 /etc/hosts /etc/hostname > /dev/null && echo read"))
                .isEqualTo("read");
    }

    @Test
    void aVolumeIsLabelledForThePodThatAsksAndNoOtherPodReadsIt() throws IOException {
        Path volume = volume("labelled");
        Pod pod = NODE.pod("owner").run();
        PodContainer owner = with(plan(pod, "main"), volume, true).start();
        String label = "system_u:object_r:container_file_t:" + level(owner);
        assertThat(file(volume)).isEqualTo(label);
        assertThat(file(volume.resolve("below/file"))).isEqualTo(label);
        assertThat(owner.exec("cat", "/volume/below/file")).isEqualTo("text");
        assertThat(with(plan(pod, "sibling"), volume, true).start().exec("cat", "/volume/below/file"))
                .isEqualTo("text");
        PodContainer stranger =
                with(plan(NODE.pod("stranger").run(), "main"), volume, false).start();
        ExecSyncResponse refused = stranger.execSync(60, "cat", "/volume/below/file");
        assertThat(refused.getStderr().toStringUtf8()).contains("Permission denied");
    }

    @Test
    void aLevelThatIsAskedForIsUsed() {
        PodContainer container = plan(NODE.pod("asked").run(), "main")
                .security(context -> context.setSelinuxOptions(
                        SELinuxOption.newBuilder().setType("spc_t").setLevel("s0:c7,c9")))
                .start();
        assertThat(process(container)).isEqualTo("system_u:system_r:spc_t:s0:c7,c9");
    }

    @Test
    void aLabelThatThePolicyDoesNotHaveIsNamed() {
        ContainerPlan plan = plan(NODE.pod("unknown").run(), "main")
                .security(context ->
                        context.setSelinuxOptions(SELinuxOption.newBuilder().setType("nobody_t")));
        Refusal.of(plan::create).is(Code.INVALID_ARGUMENT).saying("nobody_t");
    }

    @Test
    void privilegedContainersAndThoseOnTheNodesProcessesAreNotConfined() {
        PodContainer privileged = plan(NODE.pod("privileged").privileged().run(), "main")
                .privileged()
                .start();
        assertThat(process(privileged)).contains(":kernel_t:");
        Pod pod = NODE.pod("node-processes")
                .namespaces(options -> options.setPid(NamespaceMode.NODE))
                .run();
        assertThat(process(plan(pod, "main").start())).contains(":kernel_t:");
    }

    @Test
    void anImageVolumeCanBeRead() {
        NODE.registry()
                .client()
                .push(
                        "volumes/selinux",
                        "1",
                        new ImageBuilder()
                                .layer(Layer.of(tar -> tar.file("file", "text\n")))
                                .build());
        String image = NODE.reference("volumes/selinux:1");
        NODE.pull(image);
        PodContainer container = plan(NODE.pod("volume").run(), "main")
                .with(config -> config.addMounts(Mount.newBuilder()
                        .setContainerPath("/volume")
                        .setReadonly(true)
                        .setImage(ImageSpec.newBuilder().setImage(image))))
                .start();
        assertThat(container.shell("grep ' /volume ' /proc/self/mountinfo")).contains(level(container));
        assertThat(container.exec("cat", "/volume/file")).isEqualTo("text");
    }
}
