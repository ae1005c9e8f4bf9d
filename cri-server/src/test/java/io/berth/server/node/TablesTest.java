package io.berth.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.proto.v1.GetImageTreeResponse;
import io.berth.proto.v1.Pull;
import io.berth.proto.v1.TreeImage;
import io.berth.proto.v1.TreeLayer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TablesTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void pullsAreARowEachTheOldestFirst() {
        Pull young = Pull.newBuilder()
                .setReference("quay.io/b:1")
                .setAgeNanoseconds(SECOND)
                .build();
        Pull old = Pull.newBuilder()
                .setReference("docker.io/library/a:latest")
                .setLayers(6)
                .setLayersDone(2)
                .setBytes(369_000_000)
                .setBytesDone(120_300_000)
                .setBytesPerSecond(24_060_000)
                .setAgeNanoseconds(200 * SECOND)
                .build();
        assertThat(PullTable.of(List.of(young, old))).isEqualTo("""
                REFERENCE                   LAYERS  BYTES                RATE       AGE
                docker.io/library/a:latest  2/6     120.3 MB / 369.0 MB  24.1 MB/s  3 m 20 s
                quay.io/b:1                 -       -                    -          1 s
                """);
        assertThat(PullTable.of(List.of())).isEqualTo("Nothing is being pulled.\n");
    }

    private static TreeLayer layer(String chain, String parent, long bytes, int images) {
        return TreeLayer.newBuilder()
                .setChainId(chain)
                .setParentChainId(parent)
                .setDiffId("sha256:" + chain)
                .setBytes(bytes)
                .setImages(images)
                .build();
    }

    private static TreeImage image(String id, String top, long bytes, String... tags) {
        return TreeImage.newBuilder()
                .setId("sha256:" + id.repeat(32))
                .addAllTags(List.of(tags))
                .setTopChainId(top)
                .setBytes(bytes)
                .build();
    }

    @Test
    void imagesStandOnWhatTheyAddTo() {
        GetImageTreeResponse tree = GetImageTreeResponse.newBuilder()
                .addLayers(layer("base", "", 4_000_000, 2))
                .addLayers(layer("app1", "base", 1_000_000, 1))
                .addLayers(layer("app2", "app1", 500, 1))
                .addLayers(layer("common", "", 10_000_000, 2))
                .addLayers(layer("left", "common", 1_000, 1))
                .addLayers(layer("right", "common", 2_000, 1))
                .addImages(image("aa", "base", 4_000_100, "busybox:1"))
                .addImages(image("bb", "app2", 5_000_600, "app:1", "app:2").toBuilder()
                        .setSnapshots(2))
                .addImages(image("cc", "left", 10_001_000, "left:1"))
                .addImages(
                        image("dd", "right", 10_002_000, "right:1").toBuilder().setPinned(true))
                .addImages(image("ee", "", 300, "scratch:1"))
                .build();
        assertThat(ImageTree.of(tree)).isEqualTo("""
                eeeeeeeeeeee  scratch:1  300 B (0 layers here, 0 B)
                aaaaaaaaaaaa  busybox:1  4.0 MB (1 layer here, 4.0 MB)
                └─ bbbbbbbbbbbb  app:1, app:2  5.0 MB (2 layers here, 1.0 MB), 2 containers
                1 layer, 10.0 MB, shared by 2 images
                ├─ cccccccccccc  left:1  10.0 MB (1 layer here, 1.0 kB)
                └─ dddddddddddd  right:1  10.0 MB (1 layer here, 2.0 kB), pinned
                5 images, 6 layers, 15.0 MB on disk
                """);
        assertThat(ImageTree.of(GetImageTreeResponse.getDefaultInstance())).isEqualTo("There are no images.\n");
    }
}
