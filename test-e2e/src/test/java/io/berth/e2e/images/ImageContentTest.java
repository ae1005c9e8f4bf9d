package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.process.Places;
import io.berth.e2e.registry.ProxyRegistry;
import io.berth.proto.cri.v1.Image;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ImageStatusRequest;
import io.berth.proto.cri.v1.ImageStatusResponse;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the settings say of images: which may be used, what is kept of them, which stay. */
class ImageContentTest {
    @RegisterExtension
    static final Node NODE = Node.with(config -> config.with(
                    "registry", "verifier", DaemonConfig.text(verifier().toString()))
            .with("images", "keep_blobs", "true")
            .with("images", "pinned", "[\"*/pinned/*\"]"));

    private static Path verifier() {
        try {
            Path program = Files.createDirectories(Places.work()).resolve("image-verifier");
            Files.writeString(program, """
                    #!/bin/sh
                    case $2 in */forbidden/*) echo 'nobody has signed it'; exit 1 ;; esac
                    """);
            return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static TestImage image(String content) {
        return Busybox.image()
                .layer(Layer.of(tar -> tar.file("content", content)))
                .annotation("org.opencontainers.image.source", "https://example/" + content)
                .build();
    }

    private static ImageStatusResponse status(String name) {
        return NODE.client()
                .images()
                .imageStatus(ImageStatusRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(name))
                        .setVerbose(true)
                        .build());
    }

    @Test
    void aVerifierDecidesWhatMayBeUsed() {
        TestImage image = image("forbidden");
        NODE.registry().client().push("forbidden/image", "1", image);
        NODE.registry().client().push("allowed/image", "1", image);
        try (ProxyRegistry registry = ProxyRegistry.to(NODE.registry())) {
            Refusal.of(() -> NODE.pull(registry.address() + "/forbidden/image:1"))
                    .is(Code.PERMISSION_DENIED)
                    .saying("SignatureValidationFailed", image.digest(), "nobody has signed it");
            assertThat(registry.requests())
                    .noneMatch(request -> request.endsWith(image.layers().get(1).digest()));
        }
        assertThat(NODE.pull(NODE.reference("allowed/image:1"))).isEqualTo(image.id());
    }

    @Test
    void annotationsAndPinsAreShown() throws IOException {
        TestImage image = image("annotated");
        NODE.registry().client().push("pinned/image", "1", image);
        NODE.pull(NODE.reference("pinned/image:1"));
        ImageStatusResponse status = status(NODE.reference("pinned/image:1"));
        Image shown = status.getImage();
        assertThat(shown.getPinned()).isTrue();
        JsonNode info = new ObjectMapper().readTree(status.getInfoOrThrow("info"));
        assertThat(info.at("/annotations/manifest/org.opencontainers.image.source")
                        .asText())
                .isEqualTo("https://example/annotated");
        assertThat(info.at("/imageSpec/os").asText()).isEqualTo("linux");
        assertThat(status(NODE.busybox()).getImage().getPinned()).isFalse();
    }

    @Test
    void blobsAreKeptAsLongAsTheirImage() {
        TestImage image = image("kept");
        NODE.registry().client().push("kept/image", "1", image);
        NODE.pull(NODE.reference("kept/image:1"));
        Path blob = NODE.daemon()
                .config()
                .stateDirectory()
                .resolve("images/blobs")
                .resolve(image.layers().get(1).digest().replace(':', '/'));
        assertThat(blob).hasBinaryContent(image.layers().get(1).blob().toByteArray());
        NODE.removeImage(NODE.reference("kept/image:1"));
        assertThat(blob).doesNotExist();
    }
}
