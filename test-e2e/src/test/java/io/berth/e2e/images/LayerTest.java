package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Compression;
import io.berth.e2e.image.ImageBuilder;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.ManifestFormat;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.PodContainer;
import io.grpc.Status.Code;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static PodContainer run(String repository, TestImage image) {
        NODE.registry().client().push(repository, "1", image);
        String reference = NODE.reference(repository + ":1");
        NODE.pull(reference);
        return NODE.pod("layers")
                .run()
                .container("main", reference)
                .command("sleep", "1000")
                .start();
    }

    @ParameterizedTest
    @EnumSource
    void everyCompressionIsUnpacked(Compression compression) {
        String name = compression.name().toLowerCase(java.util.Locale.ROOT);
        PodContainer container = run(
                "layers/" + name,
                Busybox.image()
                        .layer(Layer.of(compression, tar -> tar.file("packed", name)))
                        .build());
        assertThat(container.exec("cat", "/packed")).isEqualTo(name);
    }

    @ParameterizedTest
    @EnumSource
    void theImageOfThisMachinesArchitectureIsTaken(ManifestFormat format) {
        String name = "layers/multi-" + format.name().toLowerCase(java.util.Locale.ROOT);
        TestImage own = Busybox.image()
                .format(format)
                .layer(Layer.of(tar -> tar.file("architecture", "own")))
                .build();
        TestImage other = new ImageBuilder()
                .format(format)
                .architecture("riscv64")
                .layer(Layer.of(tar -> tar.file("architecture", "other")))
                .build();
        String digest = NODE.registry()
                .client()
                .pushIndex(name, "1", format, Map.of("riscv64", other, ImageBuilder.ownArchitecture(), own));
        assertThat(NODE.pull(NODE.reference(name + ":1"))).isEqualTo(own.id());
        PodContainer container = NODE.pod("architecture")
                .run()
                .container("main", NODE.reference(name + "@" + digest))
                .command("cat", "/architecture")
                .start();
        assertThat(container.output()).isEqualTo("own");
    }

    @Test
    void anIndexWithoutThisMachinesArchitectureIsRefused() {
        TestImage other = new ImageBuilder()
                .architecture("riscv64")
                .layer(Layer.of(tar -> tar.file("architecture", "other")))
                .build();
        NODE.registry().client().pushIndex("layers/foreign", "1", ManifestFormat.OCI, Map.of("riscv64", other));
        Refusal.of(() -> NODE.pull(NODE.reference("layers/foreign:1")))
                .is(Code.FAILED_PRECONDITION)
                .saying("linux/" + ImageBuilder.ownArchitecture(), "riscv64");
    }

    @Test
    void whiteoutsRemoveAndOpaqueDirectoriesReplace() {
        PodContainer container = run(
                "layers/whiteouts",
                Busybox.image()
                        .layer(Layer.of(tar -> tar.directory("kept", 0755)
                                .file("kept/one", "1")
                                .file("kept/two", "2")
                                .directory("replaced", 0755)
                                .file("replaced/old", "old")))
                        .layer(Layer.of(tar -> tar.directory("kept", 0755)
                                .file("kept/.wh.one", "")
                                .directory("replaced", 0755)
                                .file("replaced/.wh..wh..opq", "")
                                .file("replaced/new", "new")))
                        .build());
        assertThat(container.exec("ls", "-A", "/kept")).isEqualTo("two");
        assertThat(container.exec("ls", "-A", "/replaced")).isEqualTo("new");
    }

    @Test
    void everyKindOfEntryComesThrough() {
        String longName = "long/" + "d".repeat(90) + "/" + "f".repeat(200);
        PodContainer container = run(
                "layers/kinds",
                Busybox.image()
                        .layer(Layer.of(tar -> tar.directory("kinds", 0750, 7, 8)
                                .file(
                                        "kinds/file",
                                        "text".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                                        04755,
                                        1,
                                        2)
                                .hardLink("kinds/hard", "kinds/file")
                                .symbolicLink("kinds/soft", "file")
                                .characterDevice("kinds/null", 1, 3)
                                .fifo("kinds/fifo")
                                .directory("long", 0755)
                                .directory("long/" + "d".repeat(90), 0755)
                                .pax(Map.of("path", longName, "SCHILY.xattr.user.note", "ahoy"))
                                .file("short", "long")))
                        .build());
        assertThat(container
                        .shell("cd /kinds; stat -c '%n %a %u %g %F' . file soft null fifo")
                        .lines())
                .containsExactly(
                        ". 750 7 8 directory",
                        "file 4755 1 2 regular file",
                        "soft 777 0 0 symbolic link",
                        "null 666 0 0 character special file",
                        "fifo 644 0 0 fifo");
        assertThat(container.shell("stat -c %h /kinds/hard; cat /kinds/soft")).isEqualTo("2\ntext");
        assertThat(container.exec("cat", "/" + longName)).isEqualTo("long");
    }

    @Test
    void manyLayersAreStacked() {
        ImageBuilder image = Busybox.image();
        for (int i = 0; i < 120; i++) {
            int number = i;
            image.layer(Layer.of(tar -> tar.file("layer-" + number, "x")));
        }
        PodContainer container = run("layers/many", image.build());
        assertThat(container.shell("ls -d /layer-* | wc -l")).isEqualTo("120");
    }

    @Test
    void aLayerThatIsInTheImageTwiceIsFine() {
        Layer twice = Layer.of(tar -> tar.file("twice", "x"));
        PodContainer container =
                run("layers/twice", Busybox.image().layer(twice).layer(twice).build());
        assertThat(container.exec("cat", "/twice")).isEqualTo("x");
    }
}
