package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.Image;
import io.berth.proto.cri.v1.ImageFilter;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ImageStatusRequest;
import io.berth.proto.cri.v1.ListImagesRequest;
import io.grpc.Status.Code;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ImageTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static TestImage push(String repository, String tag, String content) {
        TestImage image = Busybox.image()
                .user("33:44")
                .layer(Layer.of(tar -> tar.file("content", content)))
                .build();
        NODE.registry().client().push(repository, tag, image);
        return image;
    }

    private static Image status(String reference) {
        return NODE.client()
                .images()
                .imageStatus(ImageStatusRequest.newBuilder()
                        .setImage(ImageSpec.newBuilder().setImage(reference))
                        .build())
                .getImage();
    }

    private static List<Image> list(String reference) {
        return NODE.client()
                .images()
                .listImages(ListImagesRequest.newBuilder()
                        .setFilter(ImageFilter.newBuilder()
                                .setImage(ImageSpec.newBuilder().setImage(reference)))
                        .build())
                .getImagesList();
    }

    @Test
    void aPulledImageIsKnownByIdTagAndDigest() {
        TestImage pushed = push("images/known", "1", "known");
        String reference = NODE.reference("images/known:1");
        String digest = NODE.reference("images/known@" + pushed.digest());
        assertThat(NODE.pull(reference)).isEqualTo(pushed.id());
        for (String name : List.of(reference, pushed.id(), pushed.id().substring("sha256:".length()), digest)) {
            Image image = status(name);
            assertThat(image.getId()).as(name).isEqualTo(pushed.id());
            assertThat(image.getRepoTagsList()).containsExactly(reference);
            assertThat(image.getRepoDigestsList()).containsExactly(digest);
            assertThat(image.getSize()).isPositive();
            assertThat(image.getUid().getValue()).isEqualTo(33);
            assertThat(list(name)).containsExactly(image);
        }
        assertThat(status(NODE.reference("images/unknown:1"))).isEqualTo(Image.getDefaultInstance());
        assertThat(list(NODE.reference("images/unknown:1"))).isEmpty();
    }

    @Test
    void aPullByDigestHasNoTag() {
        TestImage pushed = push("images/bydigest", "1", "by digest");
        String reference = NODE.reference("images/bydigest@" + pushed.digest());
        NODE.pull(reference);
        assertThat(status(reference).getRepoTagsList()).isEmpty();
        assertThat(status(reference).getRepoDigestsList()).containsExactly(reference);
    }

    @Test
    void severalTagsAreOneImageUntilTheLastIsGone() {
        TestImage pushed = push("images/tags", "1", "tags");
        push("images/tags", "2", "tags");
        String one = NODE.reference("images/tags:1");
        String two = NODE.reference("images/tags:2");
        NODE.pull(one);
        NODE.pull(two);
        assertThat(status(pushed.id()).getRepoTagsList()).containsExactlyInAnyOrder(one, two);
        NODE.removeImage(pushed.id());
        assertThat(list(one)).isEmpty();
        assertThat(list(two)).isEmpty();
    }

    @Test
    void aTagThatMovedLeavesTheOldImageWithoutIt() {
        TestImage old = push("images/moving", "latest", "old");
        String reference = NODE.reference("images/moving:latest");
        NODE.pull(reference);
        TestImage fresh = push("images/moving", "latest", "fresh");
        assertThat(NODE.pull(reference)).isEqualTo(fresh.id());
        assertThat(status(reference).getId()).isEqualTo(fresh.id());
        assertThat(status(old.id()).getRepoTagsList()).isEmpty();
    }

    @Test
    void withoutATagItIsLatest() {
        push("images/untagged", "latest", "untagged");
        NODE.pull(NODE.reference("images/untagged"));
        assertThat(status(NODE.reference("images/untagged")).getRepoTagsList())
                .containsExactly(NODE.reference("images/untagged:latest"));
    }

    @Test
    void imagesStayAfterTheDaemonWasKilled() {
        TestImage pushed = push("images/durable", "1", "durable");
        String reference = NODE.reference("images/durable:1");
        NODE.pull(reference);
        Image before = status(reference);
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(status(pushed.id())).isEqualTo(before);
        PodContainer container = NODE.pod("after")
                .run()
                .container("main", reference)
                .command("cat", "/content")
                .start();
        assertThat(container.output()).isEqualTo("durable");
    }

    @Test
    void removingWhatIsNotThereIsNoError() {
        NODE.removeImage(NODE.reference("images/never:1"));
    }

    @Test
    void aReferenceThatDoesNotParseIsRefusedAndShown() {
        for (String wrong :
                List.of("case/UPPER:1", "a//b", "image:tag:tag", "image@sha256:12", "image:" + "x".repeat(129))) {
            Refusal.of(() -> NODE.pull(wrong)).is(Code.INVALID_ARGUMENT).saying(wrong);
        }
        Refusal.of(() -> NODE.pull("")).is(Code.INVALID_ARGUMENT).saying("image");
    }

    @Test
    void theImageThatBerthCarriesIsThere() {
        assertThat(list("berth.local/hello:1"))
                .singleElement()
                .satisfies(image -> assertThat(image.getRepoTagsList()).containsExactly("berth.local/hello:1"));
    }
}
