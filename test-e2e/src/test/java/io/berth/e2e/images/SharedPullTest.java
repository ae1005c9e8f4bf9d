package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.registry.ProxyRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SharedPullTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static TestImage image(String content) {
        return Busybox.image()
                .layer(Layer.of(tar -> tar.file("content", content)))
                .build();
    }

    private static long downloads(ProxyRegistry registry, String digest) {
        return registry.requests().stream()
                .filter(request -> request.startsWith("GET ") && request.endsWith(digest))
                .count();
    }

    @Test
    void manyPullsOfOneImageDownloadItOnce() throws Exception {
        TestImage image = image("shared");
        NODE.registry().client().push("shared/image", "1", image);
        try (ProxyRegistry registry = ProxyRegistry.to(NODE.registry());
                ExecutorService callers = Executors.newFixedThreadPool(
                        8, Thread.ofPlatform().name("caller-", 0).factory())) {
            registry.delayBlobs(Duration.ofMillis(300));
            String reference = registry.address() + "/shared/image:1";
            Callable<String> pull = () -> NODE.pull(reference);
            List<Future<String>> pulls =
                    callers.invokeAll(Stream.generate(() -> pull).limit(8).toList());
            for (Future<String> each : pulls) {
                assertThat(each.get()).isEqualTo(image.id());
            }
            // The busybox layer is there already, from another image.
            assertThat(downloads(registry, image.layers().get(0).digest())).isZero();
            assertThat(downloads(registry, image.layers().get(1).digest())).isEqualTo(1);
            assertThat(downloads(registry, image.id())).isEqualTo(1);
        }
    }

    @Test
    void anImageThatIsThereIsNotDownloadedAgain() {
        TestImage image = image("there");
        NODE.registry().client().push("shared/there", "1", image);
        try (ProxyRegistry registry = ProxyRegistry.to(NODE.registry())) {
            String reference = registry.address() + "/shared/there:1";
            NODE.pull(reference);
            NODE.pull(reference);
            assertThat(downloads(registry, image.layers().get(1).digest())).isEqualTo(1);
        }
    }

    @Test
    void aLayerThatTwoImagesShareIsDownloadedOnce() {
        Layer shared = Layer.of(tar -> tar.file("shared", "x"));
        TestImage one = Busybox.image()
                .layer(shared)
                .layer(Layer.of(tar -> tar.file("one", "1")))
                .build();
        TestImage two = Busybox.image()
                .layer(shared)
                .layer(Layer.of(tar -> tar.file("two", "2")))
                .build();
        NODE.registry().client().push("shared/one", "1", one);
        NODE.registry().client().push("shared/two", "1", two);
        try (ProxyRegistry registry = ProxyRegistry.to(NODE.registry())) {
            NODE.pull(registry.address() + "/shared/one:1");
            NODE.pull(registry.address() + "/shared/two:1");
            assertThat(downloads(registry, shared.digest())).isEqualTo(1);
            NODE.removeImage(registry.address() + "/shared/one:1");
            assertThat(NODE.pod("second")
                            .run()
                            .container("main", registry.address() + "/shared/two:1")
                            .command("cat", "/shared")
                            .start()
                            .output())
                    .isEqualTo("x");
        }
    }
}
