package io.berth.imagefs.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.testing.TestImage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestParserTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);
    private static final String CONFIG = TestImage.descriptor(MediaTypes.OCI_CONFIG, DIGEST, 10);

    private final ManifestParser parser = new ManifestParser(500, 64);

    private ManifestDocument parse(String json, String type) {
        return parser.parse(json.getBytes(StandardCharsets.UTF_8), type);
    }

    private static String image(String config, String layers) {
        return "{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[" + layers + "]}";
    }

    @ParameterizedTest
    @CsvSource({
        "application/vnd.docker.image.rootfs.diff.tar.gzip, GZIP",
        "application/vnd.oci.image.layer.v1.tar, NONE",
        "application/vnd.oci.image.layer.v1.tar+gzip, GZIP",
        "application/vnd.oci.image.layer.v1.tar+zstd, ZSTD",
    })
    void layersOfBothFamiliesAreUnderstood(String type, MediaTypes.Compression compression) {
        ManifestDocument document = parse(image(CONFIG, TestImage.descriptor(type, DIGEST, 5)), "");
        assertThat(document).isInstanceOfSatisfying(ImageManifest.class, manifest -> {
            assertThat(manifest.layers().getFirst().size()).isEqualTo(5);
            assertThat(MediaTypes.compression(manifest.layers().getFirst().mediaType()))
                    .isEqualTo(compression);
        });
    }

    @Test
    void theAnnouncedTypeCountsWhereTheDocumentNamesNone() {
        assertThat(parse("{\"manifests\":[]}", MediaTypes.DOCKER_INDEX)).isInstanceOf(ImageIndex.class);
        assertThat(parse("{\"manifests\":[]}", "text/plain")).isInstanceOf(ImageIndex.class);
    }

    private void refused(Kind kind, String json, String message) {
        assertThatThrownBy(() -> parse(json, ""))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    @Test
    void anArtifactIsNamedAsOne() {
        String config = TestImage.descriptor("application/vnd.cncf.helm.config.v1+json", DIGEST, 10);
        refused(Kind.UNSUPPORTED, image(config, ""), "artifact");
        refused(
                Kind.UNSUPPORTED,
                image(CONFIG, TestImage.descriptor("application/vnd.in-toto+json", DIGEST, 1)),
                "layer " + DIGEST + ": layer media type \"application/vnd.in-toto+json\"");
    }

    @Test
    void schemaOneIsRefused() {
        refused(Kind.UNSUPPORTED, "{\"schemaVersion\":1,\"fsLayers\":[]}", "schema 1");
    }

    @Test
    void howDeepOneMayBeIsASetting() {
        byte[] deep = ("{\"a\":".repeat(20) + "1" + "}".repeat(20)).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> new ManifestParser(500, 20).parse(deep, "")).hasMessageNotContaining("nested");
        assertThatThrownBy(() -> new ManifestParser(500, 19).parse(deep, ""))
                .hasMessageContaining("nested more than 19 deep");
    }

    @Test
    void lyingAndBrokenDocumentsAreRefused() {
        refused(Kind.INVALID_CONTENT, "[1]", "not a JSON object");
        refused(Kind.INVALID_CONTENT, "{\"a\":", "JSON");
        refused(Kind.INVALID_CONTENT, "{} {}", "JSON");
        refused(Kind.LIMIT_EXCEEDED, "[".repeat(100_000), "nested more than 64 deep");
        refused(Kind.LIMIT_EXCEEDED, "{\"a\":".repeat(1000), "nested more than 64 deep");
        refused(Kind.LIMIT_EXCEEDED, "{\"a\":" + "1".repeat(1000) + "}", "number");
        refused(Kind.INVALID_CONTENT, image(TestImage.descriptor(MediaTypes.OCI_CONFIG, DIGEST, -1), ""), "size");
        refused(
                Kind.INVALID_CONTENT,
                image(
                        "{\"mediaType\":\"" + MediaTypes.OCI_CONFIG + "\",\"digest\":\"" + DIGEST
                                + "\",\"size\":99999999999999999999}",
                        ""),
                "size");
        refused(Kind.INVALID_CONTENT, image(TestImage.descriptor(MediaTypes.OCI_CONFIG, "../../x", 1), ""), "digest");
        refused(Kind.INVALID_CONTENT, "{\"manifests\":[],\"config\":" + CONFIG + ",\"layers\":[]}", "at the same time");
        refused(Kind.UNSUPPORTED, "{}", "neither");
    }

    @Test
    void moreLayersThanCanBeMountedAreRefused() {
        String layer = TestImage.descriptor("application/vnd.oci.image.layer.v1.tar", DIGEST, 1);
        refused(
                Kind.LIMIT_EXCEEDED,
                image(CONFIG, Stream.generate(() -> layer).limit(501).collect(Collectors.joining(","))),
                "501 layers");
    }

    @Test
    void annotationsAreKeptAsFarAsThereIsRoom() {
        String large = "x".repeat(60_000);
        ManifestDocument document = parse(
                "{\"manifests\":[],\"annotations\":{\"a\":\"b\",\"c\":1,\"d\":\"%s\",\"e\":\"%s\"}}"
                        .formatted(large, large),
                MediaTypes.OCI_INDEX);
        assertThat(document).isEqualTo(new ImageIndex(List.of(), Map.of("a", "b", "d", large)));
    }
}
