package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Compression;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TarWriter;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.process.Places;
import io.grpc.Status.Code;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Layers that try to write where they must not, or more than there is room for. */
class HostileLayerTest {
    private static final String OUTSIDE = "berth-e2e-climbed-out";

    @RegisterExtension
    static final Node NODE = Node.with(config -> config.with("images", "layer_limit", "\"256MiB\""));

    @AfterEach
    void nothingWasWrittenOutside() {
        for (String directory : new String[] {"/", "/tmp", "/etc", "/var/tmp"}) {
            assertThat(Path.of(directory, OUTSIDE)).doesNotExist();
        }
        assertThat(Places.work().resolve(OUTSIDE)).doesNotExist();
        assertThat(NODE.daemon().config().stateDirectory().resolve(OUTSIDE)).doesNotExist();
    }

    private static Refusal pullOf(String name, Layer layer) {
        NODE.registry()
                .client()
                .push("hostile/" + name, "1", Busybox.image().layer(layer).build());
        return Refusal.of(() -> NODE.pull(NODE.reference("hostile/" + name + ":1")));
    }

    private static Refusal pullOf(String name, Consumer<TarWriter> content) {
        return pullOf(name, Layer.of(content));
    }

    @Test
    void aNameThatClimbsOutIsRefused() {
        pullOf("climbing", tar -> tar.file("../../../../../../../../tmp/" + OUTSIDE, "x"))
                .is(Code.FAILED_PRECONDITION)
                .saying("../tmp/" + OUTSIDE);
    }

    @Test
    void aNameThatClimbsOutFromWithinIsRefused() {
        pullOf("climbing-within", tar -> tar.directory("a", 0755).file("a/../../" + OUTSIDE, "x"))
                .is(Code.FAILED_PRECONDITION)
                .saying(OUTSIDE);
    }

    @Test
    void aLongNameThatClimbsOutIsRefused() {
        pullOf(
                        "climbing-pax",
                        tar -> tar.pax(Map.of("path", "../".repeat(36) + "tmp/" + OUTSIDE))
                                .file("innocent", "x"))
                .is(Code.FAILED_PRECONDITION)
                .saying(OUTSIDE);
    }

    @Test
    void aSymbolicLinkLeadsNobodyOut() {
        String name = "linked";
        NODE.registry()
                .client()
                .push(
                        "hostile/" + name,
                        "1",
                        Busybox.image()
                                .layer(Layer.of(
                                        tar -> tar.symbolicLink("out", "/tmp").file("out/" + OUTSIDE, "x")))
                                .build());
        // Either is right: to refuse it, or to keep the file inside, as long as nothing is outside.
        try {
            NODE.pull(NODE.reference("hostile/" + name + ":1"));
        } catch (io.grpc.StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
        }
    }

    @Test
    void aSymbolicLinkOfALowerLayerLeadsNobodyOut() {
        NODE.registry()
                .client()
                .push(
                        "hostile/lower",
                        "1",
                        Busybox.image()
                                .layer(Layer.of(tar -> tar.symbolicLink("out", "/tmp")))
                                .layer(Layer.of(tar -> tar.file("out/" + OUTSIDE, "x")))
                                .build());
        NODE.pull(NODE.reference("hostile/lower:1"));
    }

    @Test
    void aHardLinkToAFileOutsideIsRefused() {
        pullOf("hard-out", tar -> tar.hardLink("shadow", "../../../../../../../../etc/shadow"))
                .is(Code.FAILED_PRECONDITION)
                .saying("etc/shadow");
    }

    @Test
    void aHardLinkThroughASymbolicLinkIsRefused() {
        pullOf("hard-through", tar -> tar.symbolicLink("etc-link", "/etc").hardLink("shadow", "etc-link/shadow"))
                .is(Code.FAILED_PRECONDITION)
                .saying("shadow");
    }

    @Test
    void aBombIsStoppedAtTheLimit() {
        pullOf("bomb", tar -> tar.zeros("bomb", 1L << 30))
                .is(Code.RESOURCE_EXHAUSTED)
                .saying("268435456");
    }

    @Test
    void aBombOfZstdIsStoppedToo() {
        pullOf("bomb-zstd", Layer.of(Compression.ZSTD, tar -> tar.zeros("bomb", 1L << 30)))
                .is(Code.RESOURCE_EXHAUSTED);
    }

    @Test
    void anArchiveThatEndsTooSoonIsRefused() {
        pullOf("short", tar -> tar.headerOnly("promised", 1L << 20)).is(Code.FAILED_PRECONDITION);
    }

    @Test
    void anArchiveThatIsNoneIsRefused() {
        pullOf(
                        "noise",
                        tar -> tar.raw(
                                "this is no tar archive at all, ".repeat(100).getBytes(StandardCharsets.UTF_8)))
                .is(Code.FAILED_PRECONDITION);
    }

    @Test
    void aDiffIdThatIsNotTheLayersIsRefused() {
        Layer honest = Layer.of(tar -> tar.file("file", "x"));
        pullOf("false-diff-id", honest.claiming("sha256:" + "0".repeat(64)))
                .is(Code.FAILED_PRECONDITION)
                .saying(honest.diffId(), "sha256:" + "0".repeat(64));
    }
}
