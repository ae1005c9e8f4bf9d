package io.berth.e2e.mounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.Mount;
import io.berth.proto.cri.v1.MountPropagation;
import io.grpc.Status.Code;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ImageVolumeTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static final Layer BASE = Layer.of(tar -> tar.directory("data", 0755)
            .file("data/kept", "kept\n")
            .file("data/dropped", "dropped\n")
            .symbolicLink("data/out", "/etc")
            .symbolicLink("link", "data"));
    private static final Layer TOP =
            Layer.of(tar -> tar.file("data/.wh.dropped", "").file("data/added", "added\n"));

    private static String pushed(String name, TestImage image) {
        NODE.registry().client().push(name, "1", image);
        NODE.pull(NODE.reference(name + ":1"));
        return NODE.reference(name + ":1");
    }

    private static String volume(String name) {
        return pushed(
                "volumes/" + name, new ImageBuilder().layer(BASE).layer(TOP).build());
    }

    private static ContainerPlan plan(String image, Consumer<Mount.Builder> change) {
        return mounting(NODE.pod("volume").run().container("main", NODE.busybox()), image, change);
    }

    private static ContainerPlan mounting(ContainerPlan plan, String image, Consumer<Mount.Builder> change) {
        Mount.Builder mount = Mount.newBuilder()
                .setContainerPath("/volume")
                .setReadonly(true)
                .setImage(ImageSpec.newBuilder().setImage(image));
        change.accept(mount);
        return plan.command("sleep", "1000").with(config -> config.addMounts(mount));
    }

    private static PodContainer with(String image, String subPath) {
        return plan(image, mount -> mount.setImageSubPath(subPath)).start();
    }

    @Test
    void theLayersAreMergedAndReadOnly() {
        PodContainer container = with(volume("merged"), "");
        assertThat(container.shell("cd /volume/data && ls && cat kept added"))
                .isEqualTo("added\nkept\nout\nkept\nadded");
        assertThat(container.execSync(10, "touch", "/volume/file").getStderr().toStringUtf8())
                .contains("Read-only file system");
    }

    @Test
    void aSingleLayerIsMountedToo() {
        String image = pushed("volumes/single", new ImageBuilder().layer(BASE).build());
        PodContainer container = with(image, "data");
        assertThat(container.shell("cat /volume/dropped")).isEqualTo("dropped");
        assertThat(container.execSync(10, "touch", "/volume/file").getExitCode())
                .isNotZero();
    }

    @Test
    void aSubPathIsADirectoryOrAFileAndItsLinksAreFollowedInside() {
        assertThat(with(volume("part"), "link/added").exec("cat", "/volume")).isEqualTo("added");
        assertThat(with(volume("part"), "link").exec("cat", "/volume/kept")).isEqualTo("kept");
    }

    @Test
    void aSubPathThatLeadsOutIsNotThere() {
        ContainerPlan plan = plan(volume("out"), mount -> mount.setImageSubPath("data/out/passwd"));
        Refusal.of(plan::create).is(Code.NOT_FOUND).saying("/volume", "data/out/passwd");
        // The host has a /etc; the image has none.
        ContainerPlan above = plan(volume("out"), mount -> mount.setImageSubPath("../../../../etc"));
        Refusal.of(above::create).is(Code.NOT_FOUND).saying("/volume", "etc");
    }

    @Test
    void optionsHold() {
        PodContainer container = plan(volume("options"), mount -> mount.addMountOptions("noexec"))
                .start();
        assertThat(container.shell("awk '$2 == \"/volume\" {print $4}' /proc/mounts"))
                .contains("ro,")
                .contains("noexec");
    }

    @Test
    void anImageInUseCanBeRemovedAndItsFilesStay() {
        String image = volume("removed");
        PodContainer container = with(image, "");
        NODE.removeImage(image);
        assertThat(container.exec("cat", "/volume/data/kept")).isEqualTo("kept");
    }

    @Test
    void aContainerOfAnEarlierDaemonHasItsVolume() throws Exception {
        String image = volume("restarted");
        PodContainer container =
                plan(image, mount -> mount.setImageSubPath("data")).create();
        NODE.removeImage(image);
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(container.start().exec("cat", "/volume/added")).isEqualTo("added");
    }

    @Test
    void ownersAreMappedInAUserNamespace() {
        ContainerPlan plan = NODE.pod("mapped").userNamespace(200_000).run().container("main", NODE.busybox());
        String image = volume("mapped");
        PodContainer container = mounting(plan, image, mount -> mount.setImageSubPath("data"))
                // The same layers once more, and those of the root, are mapped once.
                .with(config -> config.addMounts(Mount.newBuilder()
                                .setContainerPath("/again")
                                .setReadonly(true)
                                .setImage(ImageSpec.newBuilder().setImage(image)))
                        .addMounts(Mount.newBuilder()
                                .setContainerPath("/root-again")
                                .setReadonly(true)
                                .setImage(ImageSpec.newBuilder().setImage(NODE.busybox()))))
                .start();
        assertThat(container.shell("stat -c %u:%g /volume/kept /again/data/kept /root-again/bin /bin"))
                .isEqualTo("0:0\n0:0\n0:0\n0:0");
    }

    @Test
    void theStatusNamesTheImageThatIsMounted() {
        String image = volume("named");
        PodContainer container = with(image, "");
        assertThat(container.status().getMountsList())
                .anySatisfy(mount -> assertThat(mount.getImage().getImageRef()).isEqualTo(NODE.pull(image)));
    }

    @Test
    void whatContradictsItselfIsRefused() {
        String image = volume("refused");
        Refusal.of(plan(image, mount -> mount.setReadonly(false))::create)
                .is(Code.INVALID_ARGUMENT)
                .saying("readonly");
        Refusal.of(plan(image, mount -> mount.setHostPath("/etc"))::create)
                .is(Code.INVALID_ARGUMENT)
                .saying("host_path");
        Refusal.of(plan(image, mount -> mount.setPropagation(MountPropagation.PROPAGATION_HOST_TO_CONTAINER))::create)
                .is(Code.INVALID_ARGUMENT)
                .saying("propagation");
        Refusal.of(plan(image, mount -> mount.addMountOptions("loop"))::create)
                .is(Code.INVALID_ARGUMENT)
                .saying("mount_options", "loop", "noexec");
        Refusal.of(plan("nobody/has:this", mount -> {})::create)
                .is(Code.NOT_FOUND)
                .saying("nobody/has:this", "/volume");
    }
}
