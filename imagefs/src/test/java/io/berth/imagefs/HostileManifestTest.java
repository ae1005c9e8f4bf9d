package io.berth.imagefs;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.testing.ScriptedRegistry;
import io.berth.imagefs.testing.TarBuilder;
import io.berth.imagefs.testing.TestImage;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Manifests that lie, ask for too much or point elsewhere: one error each, which names the layer. */
@EnabledIf(value = "io.berth.imagefs.testing.Root#isRoot", disabledReason = "unpacking layers needs root")
class HostileManifestTest extends ImageStoreFixture {
    private static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String ELSEWHERE = "/elsewhere/layer";

    private final byte[] plain = top("x").build();
    private final byte[] packed = TarBuilder.gzip(plain);
    private final String diffId = TarBuilder.digest(plain).toString();
    private final String digest = TarBuilder.digest(packed).toString();

    @AfterEach
    void nothingElseIsLeft() {
        nothingIsLeft(store.list().isEmpty() ? 0 : 2);
    }

    /** An image whose second layer is described in these words. */
    private String named(String descriptor) {
        registry.add("hostile", "1", new TestImage().layer(base()).claimedLayer(diffId, descriptor));
        return name("hostile:1");
    }

    private String pointingElsewhere(String descriptor) {
        registry.on(ELSEWHERE, exchange -> ScriptedRegistry.answer(exchange, 200, packed));
        return descriptor.replace("}", ",\"urls\":[\"" + registry.url(ELSEWHERE) + "\"]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/vnd.docker.image.rootfs.foreign.diff.tar",
                "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip",
                "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
            })
    void aForeignLayerThatTheRegistryLacksIsNamedAndItsUrlsAreNeverAsked(String type) {
        String image = named(pointingElsewhere(TestImage.descriptor(type, digest, packed.length)));
        refused(
                Kind.NOT_FOUND,
                image,
                "layer " + digest + " is foreign (" + type + ")",
                "never asked",
                "push the image together with");
        assertThat(registry.countOf(ELSEWHERE)).isZero();
    }

    @Test
    void aForeignLayerThatTheRegistryHasComesFromThere() {
        String type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
        TestImage image = new TestImage().layer(base());
        image.claimedLayer(diffId, pointingElsewhere(image.descriptor(type, packed)));
        registry.add("foreign", "1", image);
        assertThat(pull(name("foreign:1")).image().id()).isEqualTo(image.id());
        assertThat(registry.countOf(ELSEWHERE)).isZero();
    }

    @Test
    void urlsOfAnOrdinaryLayerAreNeverAskedEither() {
        String image = named(pointingElsewhere(TestImage.descriptor(GZIP, digest, packed.length)));
        refused(Kind.NOT_FOUND, image, "blob " + digest, "404");
        assertThat(registry.countOf(ELSEWHERE)).isZero();
    }

    @Test
    void aLayerOfAnUnknownTypeIsNamed() {
        refused(
                Kind.UNSUPPORTED,
                named(TestImage.descriptor("application/x-iso9660-image", digest, packed.length)),
                "layer " + digest,
                "application/x-iso9660-image");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "9223372036854775808", "1e3", "1.5", "\"7\"", "null", "{}"})
    void aSizeThatIsNoneIsNamed(String size) {
        String image = named("{\"mediaType\":\"" + GZIP + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}");
        refused(Kind.INVALID_CONTENT, image, "layer 2 in the manifest has no proper size");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100_000, Long.MAX_VALUE})
    void aSizeThatLiesIsNamed(long size) {
        TestImage image = new TestImage().layer(base());
        image.descriptor(GZIP, packed);
        registry.add("lying", "1", image.claimedLayer(diffId, TestImage.descriptor(GZIP, digest, size)));
        refused(Kind.CORRUPT_CONTENT, name("lying:1"), digest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:../../etc/passwd", "md5:00", "sha256:"})
    void aDigestThatIsNoneIsNamed(String other) {
        refused(
                Kind.INVALID_CONTENT,
                named(TestImage.descriptor(GZIP, other, packed.length)),
                "layer 2 in the manifest",
                "\"" + other + "\" is not a digest");
    }

    private String manifest(String text) {
        registry.addManifest("/v2/text/manifests/1", text.getBytes(StandardCharsets.UTF_8));
        return name("text:1");
    }

    @Test
    void aHundredThousandLayersAreNotEvenRead() {
        String layer = TestImage.descriptor(GZIP, digest, packed.length);
        refused(
                Kind.LIMIT_EXCEEDED,
                manifest("{\"schemaVersion\":2,\"config\":" + layer + ",\"layers\":[" + layer
                        + ("," + layer).repeat(99_999) + "]}"),
                "manifest",
                Integer.toString(config.limits().manifestBytes()));
    }

    @Test
    void documentsThatAreNestedTooDeepAreRefused() {
        refused(Kind.LIMIT_EXCEEDED, manifest("{\"layers\":".repeat(10_000)), "manifest is nested more than 64 deep");
        registry.add("deep", "1", new TestImage().layer(base()).config("{\"a\":".repeat(100) + "1" + "}".repeat(100)));
        refused(Kind.LIMIT_EXCEEDED, name("deep:1"), "nested more than 64 deep");
    }
}
