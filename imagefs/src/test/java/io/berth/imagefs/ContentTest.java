package io.berth.imagefs;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.MediaTypes;
import io.berth.imagefs.program.ProgramVerifier;
import io.berth.imagefs.testing.TestImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What an image is beside its layers: names, annotations, whether it may be used. */
@EnabledIf("io.berth.imagefs.testing.Root#isRoot")
class ContentTest extends ImageStoreFixture {
    private final TestImage image = new TestImage().layer(base());

    @Test
    void aTagBesideADigestIsNoNameOfTheImage() {
        registry.add("team/app", "v1", image);
        Image pulled = pull(name("team/app:anything@") + image.digest()).image();
        assertThat(pulled.tags()).isEmpty();
        assertThat(pulled.digests()).containsExactly(name("team/app@") + image.digest());
        assertThat(store.find(name("team/app:anything@") + image.digest())).contains(pulled);
        assertThat(store.find(name("team/app:anything"))).isEmpty();
    }

    @Test
    void namesMayBePinnedByPattern() {
        registry.add("base/a", "1", image);
        registry.add("other/base", "1", new TestImage().layer(top("x")));
        config = config.withPinned(Set.of(name("base/*"), "*/nothing"));
        reopen();
        assertThat(pull(name("base/a:1")).image().pinned()).isTrue();
        assertThat(pull(name("other/base:1")).image().pinned()).isFalse();
    }

    @Test
    void annotationsOfIndexAndManifestAreKept() {
        byte[] index = ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\",\"manifests\":["
                        + TestImage.descriptor(MediaTypes.OCI_MANIFEST, image.digest(), image.manifest().length)
                        + "],\"annotations\":{\"org.opencontainers.image.source\":\"https://example/\\\"x\"}}")
                .getBytes(StandardCharsets.UTF_8);
        registry.add("team/app", "plain", image);
        registry.addManifest("/v2/team/app/manifests/v1", index);
        Image pulled = pull(name("team/app:v1")).image();
        String expected = "{\"index\":{\"org.opencontainers.image.source\":\"https://example/\\\"x\"}}";
        assertThat(pulled.digests()).containsExactly(name("team/app@") + Digest.of(index));
        assertThat(store.annotationsJson(pulled.id())).isEqualTo(expected);
        reopen();
        assertThat(store.annotationsJson(pulled.id())).isEqualTo(expected);
        // The last pull counts.
        pull(name("team/app:plain"));
        assertThat(store.annotationsJson(pulled.id())).isEmpty();
    }

    @Test
    void anImageWithoutARootFileSystemIsNamedAsOne() {
        TestImage artifact = new TestImage();
        byte[] chart = "a chart".getBytes(StandardCharsets.UTF_8);
        String layer = artifact.descriptor("application/vnd.oci.image.layer.v1.tar", chart);
        String config = artifact.descriptor("application/json", "{}".getBytes(StandardCharsets.UTF_8));
        registry.add("team/chart", "unused", artifact);
        registry.addManifest(
                "/v2/team/chart/manifests/1",
                ("{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[" + layer + "]}")
                        .getBytes(StandardCharsets.UTF_8));
        refused(Kind.UNSUPPORTED, name("team/chart:1"), "no root file system", "application/json", "artifact");
    }

    private Path verifier(String script) throws IOException {
        Path program = directory.resolve("verifier");
        Files.writeString(program, "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        config = config.withVerifier(new ProgramVerifier(program, Duration.ofSeconds(1)));
        reopen();
        return program;
    }

    @Test
    void aVerifierIsAskedBeforeAnythingIsUnpacked() throws IOException {
        registry.add("team/app", "v1", image);
        Path told = directory.resolve("told");
        verifier("{ echo \"$@\"; cat; } >" + told + "\necho 'signed by nobody'; exit 7\n");
        refused(
                Kind.PERMISSION_DENIED,
                name("team/app:v1"),
                "SignatureValidationFailed",
                image.digest(),
                "status 7",
                "signed by nobody");
        assertThat(registry.countOf("/blobs/"))
                .as("only the configuration was fetched")
                .isEqualTo(1);
        assertThat(Files.readString(told))
                .isEqualTo("-name " + name("team/app:v1") + " -digest " + image.digest()
                        + " -stdin-media-type application/vnd.oci.descriptor.v1+json\n"
                        + TestImage.descriptor(MediaTypes.OCI_MANIFEST, image.digest(), image.manifest().length));
        verifier("exit 0\n");
        assertThat(pull(name("team/app:v1")).image().id()).isEqualTo(image.id());
    }

    @Test
    void aVerifierThatCannotAnswerLetsNothingPass() throws IOException {
        registry.add("team/app", "v1", image);
        Path program = verifier("sleep 60\n");
        refused(Kind.PERMISSION_DENIED, name("team/app:v1"), "did not end within 1 s");
        Files.delete(program);
        refused(Kind.PERMISSION_DENIED, name("team/app:v1"), "cannot be run");
        // An archive comes from the administrator.
        Path archive = Files.write(directory.resolve("a.tar"), image.archive("berth.io/hello:1"));
        assertThat(store.importArchive(archive).tags()).containsExactly("berth.io/hello:1");
    }
}
