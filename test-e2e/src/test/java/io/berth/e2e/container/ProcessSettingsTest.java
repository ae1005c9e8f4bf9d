package io.berth.e2e.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.Int64Value;
import io.berth.proto.cri.v1.LinuxContainerUser;
import io.berth.proto.cri.v1.SupplementalGroupsPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProcessSettingsTest {
    private static final String IDENTITY = "id -u; id -g; id -G | tr ' ' '\\n' | sort -n | xargs echo";

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan(String image) {
        return NODE.pod("settings").run().container("main", image);
    }

    private static ContainerPlan plan() {
        return plan(NODE.busybox());
    }

    private static String push(String name, ImageBuilder image) {
        NODE.registry().client().push("settings/" + name, "1", image.build());
        String reference = NODE.reference("settings/" + name + ":1");
        NODE.pull(reference);
        return reference;
    }

    private static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }

    @Test
    void theContainersEnvironmentGoesBeforeTheImages() {
        String image = push("environment", Busybox.image().environment(Busybox.PATH, "SHIP=image", "PORT=image"));
        String output = plan(image)
                .command("env")
                .environment("SHIP", "container")
                .environment("EMPTY", "")
                .start()
                .output();
        assertThat(output.lines())
                .contains("SHIP=container", "PORT=image", "EMPTY=", Busybox.PATH, "HOSTNAME=settings");
    }

    @Test
    void environmentBytesPassUnchanged() {
        assertThat(plan().script("printf %s \"$NOTE\"")
                        .environment("NOTE", "grüße\n=&$x")
                        .start()
                        .output())
                .isEqualTo(new String(
                        "grüße\n=&$x".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Test
    void commandAndArgumentsCombineAsKubernetesSaysThey() {
        String image = push("words", Busybox.image().entrypoint("echo", "entry").command("image"));
        assertThat(plan(image).start().output()).isEqualTo("entry image\n");
        assertThat(plan(image).arguments("given").start().output()).isEqualTo("entry given\n");
        assertThat(plan(image).command("echo", "replaced").start().output()).isEqualTo("replaced\n");
        assertThat(plan(image)
                        .command("echo", "both")
                        .arguments("given")
                        .start()
                        .output())
                .isEqualTo("both given\n");
    }

    @Test
    void theImagesWorkingDirectoryHoldsUnlessTheContainerSaysOtherwise() {
        String image = push("directory", Busybox.image().workingDirectory("/var/log"));
        assertThat(plan(image).command("pwd").start().output()).isEqualTo("/var/log\n");
        assertThat(plan(image)
                        .command("pwd")
                        .with(config -> config.setWorkingDir("/home"))
                        .start()
                        .output())
                .isEqualTo("/home\n");
    }

    @Test
    void theImagesUserByNameGetsItsGroupsAndHome() {
        String image = push("user-name", Busybox.image().user("sailor"));
        PodContainer container = plan(image).script(IDENTITY + "; echo $HOME").start();
        assertThat(container.output()).isEqualTo("1000\n1000\n1000 50000\n/home/sailor\n");
        LinuxContainerUser user = container.status().getUser().getLinux();
        assertThat(user.getUid()).isEqualTo(1000);
        assertThat(user.getGid()).isEqualTo(1000);
        assertThat(user.getSupplementalGroupsList()).contains(50000L);
    }

    @Test
    void theImagesUserByNumbersNeedsNoEntry() {
        String image = push("user-numbers", Busybox.image().user("1003:1004"));
        assertThat(plan(image).script(IDENTITY).start().output()).isEqualTo("1003\n1004\n1004\n");
    }

    @Test
    void theImagesGroupByNameIsLookedUp() {
        String image = push("group-name", Busybox.image().user("www-data:harbour"));
        assertThat(plan(image).script(IDENTITY).start().output()).isEqualTo("33\n50000\n50000\n");
    }

    @Test
    void theContainersUserGoesBeforeTheImages() {
        String image = push("user-replaced", Busybox.image().user("www-data"));
        assertThat(plan(image)
                        .script(IDENTITY)
                        .security(context -> context.setRunAsUser(number(2000)).setRunAsGroup(number(3000)))
                        .start()
                        .output())
                .isEqualTo("2000\n3000\n3000\n");
        assertThat(plan(image)
                        .script(IDENTITY)
                        .security(context -> context.setRunAsUsername("sailor"))
                        .start()
                        .output())
                .isEqualTo("1000\n1000\n1000 50000\n");
    }

    @Test
    void additionalGroupsComeOnTopOfThoseOfTheImage() {
        assertThat(plan().script(IDENTITY)
                        .security(context -> context.setRunAsUser(number(1000)).addSupplementalGroups(1234))
                        .start()
                        .output())
                .isEqualTo("1000\n1000\n1000 1234 50000\n");
    }

    @Test
    void aStrictPolicyLeavesTheImagesGroupsOut() {
        assertThat(plan().script(IDENTITY)
                        .security(context -> context.setRunAsUser(number(1000))
                                .setRunAsGroup(number(1000))
                                .addSupplementalGroups(1234)
                                .setSupplementalGroupsPolicy(SupplementalGroupsPolicy.Strict))
                        .start()
                        .output())
                .isEqualTo("1000\n1000\n1000 1234\n");
    }

    @Test
    void noDescriptorOfTheDaemonOrTheShimIsOpen() {
        assertThat(plan().command("ls", "/proc/self/fd").start().output()).isEqualTo("0\n1\n2\n3\n");
    }

    @Test
    void standardInputIsEmpty() {
        assertThat(plan().script("cat; readlink /proc/self/fd/0").start().output())
                .isEqualTo("/dev/null\n");
    }

    @Test
    void signalsAreAtTheirDefaults() {
        assertThat(plan().command("grep", "-E", "Sig(Blk|Ign)", "/proc/self/status")
                        .start()
                        .output())
                .isEqualTo("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    }

    @Test
    void anImagesVolumeIsAPlaceToWrite() {
        String image = push("volume", Busybox.image().volume("/data"));
        assertThat(plan(image)
                        .script("echo kept > /data/file && cat /data/file")
                        .security(context -> context.setReadonlyRootfs(true))
                        .start()
                        .output())
                .isEqualTo("kept\n");
    }
}
