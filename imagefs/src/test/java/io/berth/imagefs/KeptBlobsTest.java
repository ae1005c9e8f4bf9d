package io.berth.imagefs;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.testing.TestImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Blobs that are kept as they came. */
@EnabledIf("io.berth.imagefs.testing.Root#isRoot")
class KeptBlobsTest extends ImageStoreFixture {
    private final TestImage image = new TestImage().layer(base()).layer(top("x"));

    @BeforeEach
    void keep() {
        config = config.withKeepBlobs(true);
        reopen();
        registry.add("team/app", "v1", image);
    }

    /** Sizes by digest; the content of each has the digest that it is named by. */
    private Map<String, Long> kept() {
        Path area = config.root().resolve("blobs/sha256");
        Map<String, Long> kept = new TreeMap<>();
        try (Stream<Path> files = Files.list(area)) {
            for (Path file : files.toList()) {
                String digest = "sha256:" + file.getFileName();
                assertThat(Digest.of(Files.readAllBytes(file)).toString()).isEqualTo(digest);
                kept.put(digest, Files.size(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return kept;
    }

    private void dropLayers() throws IOException {
        // As after a change of the snapshot driver: the image is known, its files are not there.
        List<String> blobs = List.copyOf(kept().keySet());
        Path aside = Files.createDirectories(directory.resolve("aside"));
        for (String blob : blobs) {
            String name = blob.substring("sha256:".length());
            Files.copy(config.root().resolve("blobs/sha256").resolve(name), aside.resolve(name));
        }
        store.remove(image.id());
        nothingIsLeft(0);
        store.close();
        for (String blob : blobs) {
            String name = blob.substring("sha256:".length());
            Files.copy(
                    aside.resolve(name), config.root().resolve("blobs/sha256").resolve(name));
        }
        store = ImageStore.open(config);
    }

    @Test
    void whatWasFetchedStaysAsLongAsItsImages() {
        Usage without = store.usage().usage();
        pull(name("team/app:v1"));
        assertThat(kept().keySet()).contains(image.digest(), image.id()).hasSize(4);
        assertThat(names("incoming")).isEmpty();
        assertThat(store.usage().usage().bytes()).isGreaterThan(without.bytes() + 4 * 4096L);
        TestImage other = new TestImage().layer(base());
        registry.add("other", "1", other);
        pull(name("other:1"));
        store.remove(name("team/app:v1"));
        assertThat(kept().keySet())
                .as("the layer that the other image shares, its configuration and manifest")
                .contains(other.digest(), other.id())
                .hasSize(3);
        store.remove(name("other:1"));
        assertThat(kept()).isEmpty();
        assertThat(store.usage().usage()).isEqualTo(without);
    }

    @Test
    void anImageIsUnpackedAgainWithoutTheNetwork() throws IOException {
        pull(name("team/app:v1"));
        dropLayers();
        int before = registry.requests().size();
        Image again = pull(name("team/app@") + image.digest()).image();
        assertThat(again.id()).isEqualTo(image.id());
        assertThat(registry.requests()).hasSize(before);
        nothingIsLeft(2);
    }

    @Test
    void aKeptBlobThatIsBrokenIsFetchedAgain() throws IOException {
        pull(name("team/app:v1"));
        dropLayers();
        Path area = config.root().resolve("blobs/sha256");
        for (Map.Entry<String, Long> blob : kept().entrySet()) {
            Path file = area.resolve(blob.getKey().substring("sha256:".length()));
            byte[] content = Files.readAllBytes(file);
            content[content.length - 1] ^= 1;
            Files.write(file, content);
        }
        assertThat(pull(name("team/app@") + image.digest()).image().id()).isEqualTo(image.id());
        assertThat(kept()).hasSize(4);
    }

    @Test
    void aPullThatFailsKeepsNothing() {
        TestImage broken = new TestImage()
                .layer(base())
                .layer("sha256:" + "0".repeat(64), new byte[1024], "application/vnd.oci.image.layer.v1.tar");
        registry.add("broken", "1", broken);
        refused(Kind.CORRUPT_CONTENT, name("broken:1"), "layer ");
        assertThat(kept()).isEmpty();
        nothingIsLeft(0);
    }

    @Test
    void blobsOfNoImageAreCollectedAndNothingIsKeptWhenNotAskedFor() throws IOException {
        pull(name("team/app:v1"));
        Files.write(config.root().resolve("blobs/sha256").resolve("0".repeat(64)), new byte[10]);
        config = config.withKeepBlobs(false);
        reopen();
        store.collect();
        assertThat(kept()).hasSize(4);
        registry.add("other", "1", new TestImage().layer(top("y")));
        pull(name("other:1"));
        assertThat(kept()).hasSize(4);
        store.remove(name("team/app:v1"));
        assertThat(kept()).isEmpty();
    }
}
