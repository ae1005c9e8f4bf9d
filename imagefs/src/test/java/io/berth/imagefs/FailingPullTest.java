package io.berth.imagefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.testing.ScriptedRegistry;
import io.berth.imagefs.testing.TarBuilder;
import io.berth.imagefs.testing.TestImage;
import io.berth.kernel.Descriptor;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Pulls that fail: each says why, and leaves nothing. */
@EnabledIf(value = "io.berth.imagefs.testing.Root#isRoot", disabledReason = "unpacking layers needs root")
class FailingPullTest extends ImageStoreFixture {
    @Test
    void failedPullsLeaveNothing() {
        TestImage good = new TestImage().layer(base());
        byte[] packed = TarBuilder.gzip(top("x").build());
        String type = "application/vnd.oci.image.layer.v1.tar+gzip";
        registry.add("wrongdiff", "1", new TestImage().layer(base()).layer(good.digest(), packed, type));
        refused(Kind.CORRUPT_CONTENT, name("wrongdiff:1"), "pulling " + name("wrongdiff:1"), "unpacks to");
        String missing = "sha256:" + "5".repeat(64);
        registry.add(
                "missing",
                "1",
                new TestImage().layer(base()).claimedLayer(missing, TestImage.descriptor(type, missing, 77)));
        refused(Kind.NOT_FOUND, name("missing:1"), "blob " + missing, "404");
        TestImage climbing = new TestImage().layer(base()).layer(new TarBuilder().file("../x", ""));
        registry.add("climbing", "1", climbing);
        refused(Kind.INVALID_CONTENT, name("climbing:1"), "layer sha256:", "\"../x\"", "climbs out");
        TestImage other = new TestImage().layer(base()).architecture("s390x");
        registry.add("other", "1", other);
        refused(Kind.UNSUPPORTED, name("other:1"), "s390x");
        TestImage counted = new TestImage().layer(base());
        registry.add("count", "1", counted);
        registry.addManifest(
                "/v2/count/manifests/1",
                new String(counted.manifest(), java.nio.charset.StandardCharsets.UTF_8)
                        .replace("\"layers\":[", "\"layers\":[" + TestImage.descriptor(type, missing, 7) + ",")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        refused(Kind.INVALID_CONTENT, name("count:1"), "2 layers, the configuration 1");
        String many = "\"" + "A".repeat(1000) + "=1\",";
        registry.add("many", "1", new TestImage().layer(base()).config("{\"Env\":[" + many.repeat(300) + "\"B=1\"]}"));
        refused(Kind.LIMIT_EXCEEDED, name("many:1"), "environment", "262144 are taken");
        assertThat(store.list()).isEmpty();
        assertThat(store.usage().usage()).isEqualTo(Usage.NONE);
        nothingIsLeft(0);
    }

    @Test
    void aManifestThatChangesFromOneRequestToTheNextIsAskedForOnceAndTakenAsItCame() {
        TestImage first = new TestImage().layer(base()).layer(top("first"));
        TestImage then = new TestImage().layer(base()).layer(top("then"));
        registry.add("moving", "1", then).add("moving", "0", first);
        AtomicInteger asked = new AtomicInteger();
        registry.on("/v2/moving/manifests/1", exchange -> {
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (head || asked.getAndIncrement() == 0) {
                exchange.getResponseHeaders().add("Content-Type", "application/vnd.oci.image.manifest.v1+json");
                ScriptedRegistry.answer(exchange, 200, head ? then.manifest() : first.manifest());
            }
        });
        PulledImage pulled = pull(name("moving:1"));
        assertThat(pulled.image().id()).isEqualTo(first.id());
        assertThat(store.list().getFirst().digests()).containsExactly(name("moving") + "@" + first.digest());
        assertThat(registry.countOf("/manifests/")).isEqualTo(1);
        assertThat(pull(name("moving:1")).image().id()).isEqualTo(then.id());
    }

    @Test
    void aManifestThatIsNotWhatItsAnswerOrItsIndexSaysIsRefused() {
        TestImage one = new TestImage().layer(base());
        TestImage other = new TestImage().layer(base()).layer(top("other"));
        registry.add("moving", "1", one);
        registry.on("/v2/moving/manifests/1", exchange -> {
            exchange.getResponseHeaders().add("Docker-Content-Digest", one.digest());
            ScriptedRegistry.answer(exchange, 200, other.manifest());
        });
        refused(Kind.CORRUPT_CONTENT, name("moving:1"), "not the " + one.digest(), "announced");
        registry.on(
                "/v2/moving/manifests/" + one.digest(),
                exchange -> ScriptedRegistry.answer(exchange, 200, other.manifest()));
        refused(Kind.CORRUPT_CONTENT, name("moving@" + one.digest()), "not the " + one.digest());
        assertThat(store.list()).isEmpty();
    }

    @Test
    void bodiesThatBreakOffStallOrNeverEndFailThePull() {
        TestImage image = new TestImage().layer(base());
        registry.add("a", "1", image);
        String digest = image.blobs().keySet().stream()
                .filter(candidate -> !candidate.equals(image.id()))
                .findFirst()
                .orElseThrow();
        byte[] packed = java.util.Objects.requireNonNull(image.blobs().get(digest));
        String path = "/v2/a/blobs/" + digest;
        registry.on(path, exchange -> {
            exchange.sendResponseHeaders(200, packed.length);
            exchange.getResponseBody().write(packed, 0, packed.length / 2);
            exchange.getResponseBody().flush();
            throw new IOException("cut the line");
        });
        refused(Kind.UNAVAILABLE, name("a:1"), digest);
        registry.on(path, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(packed, 0, packed.length / 2);
        });
        refused(Kind.CORRUPT_CONTENT, name("a:1"), "ended after");
        registry.on(path, exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(packed);
            try {
                while (true) {
                    exchange.getResponseBody().write(new byte[8192]);
                }
            } catch (IOException _) {
                // the client has gone
            }
        });
        refused(Kind.CORRUPT_CONTENT, name("a:1"), "longer than");
        registry.on(path, exchange -> {
            exchange.sendResponseHeaders(200, packed.length);
            exchange.getResponseBody().write(packed, 0, 10);
            exchange.getResponseBody().flush();
            await(5);
        });
        refused(Kind.DEADLINE_EXCEEDED, name("a:1"), "nothing came");
        byte[] wrong = packed.clone();
        wrong[wrong.length - 9] ^= 1;
        registry.on(path, exchange -> ScriptedRegistry.answer(exchange, 200, wrong));
        assertThatThrownBy(() -> pull(name("a:1"))).isInstanceOf(ImageException.class);
        nothingIsLeft(0);
    }

    @Test
    void aManifestThatIsNotTheDigestAskedForIsRefused() {
        TestImage image = new TestImage().layer(base());
        String digest = "sha256:" + "1".repeat(64);
        registry.addManifest("/v2/a/manifests/" + digest, image.manifest());
        refused(Kind.CORRUPT_CONTENT, name("a@" + digest), "not the " + digest);
        refused(Kind.INVALID_ARGUMENT, "NOT A REFERENCE", "image reference");
    }

    @Test
    void aFullDiskFailsThePullAndLeavesNothing() throws IOException {
        SystemCalls calls = SystemCalls.real();
        store.close();
        try (Descriptor context = calls.fsopen("tmpfs")) {
            calls.fsconfigString(context, "size", "1m");
            calls.fsconfigCreate(context);
            try (Descriptor mount = calls.fsmount(context, 0)) {
                config = new ImageStoreConfig(
                        mount.procPath().resolve("images"),
                        directory.resolve("full.db"),
                        config.driver(),
                        config.layerLimit(),
                        config.registries(),
                        config.limits(),
                        config.platform(),
                        config.pinned(),
                        config.userAgent(),
                        config.verifier(),
                        config.keepBlobs());
                store = ImageStore.open(config);
                byte[] large = new byte[3 << 20];
                new java.util.Random(1).nextBytes(large);
                registry.add(
                        "big", "1", new TestImage().layer(base()).layer(new TarBuilder().file("f", large, e -> {})));
                refused(Kind.NO_SPACE, name("big:1"), "entry \"f\"", "ENOSPC");
                nothingIsLeft(0);
                registry.add("small", "1", new TestImage().layer(base()));
                pull(name("small:1"));
                nothingIsLeft(1);
                store.close();
            }
        }
        config = ImageStoreConfig.in(directory.resolve("state"));
        store = ImageStore.open(config);
    }

    @Test
    void closingEndsPullsThatAreUnderWay() throws Exception {
        TestImage image = new TestImage().layer(base());
        registry.add("a", "1", image);
        image.blobs().keySet().stream()
                .filter(digest -> !digest.equals(image.id()))
                .forEach(digest -> registry.on("/v2/a/blobs/" + digest, exchange -> await(5)));
        config = config.withLimits(PullLimits.DEFAULT);
        reopen();
        try (ExecutorService callers = Executors.newFixedThreadPool(1)) {
            Future<PulledImage> pull = callers.submit(() -> pull(name("a:1")));
            await(1);
            long start = System.nanoTime();
            store.close();
            assertThat(System.nanoTime() - start).isLessThan(4_000_000_000L);
            assertThatThrownBy(() -> pull.get(20, TimeUnit.SECONDS)).hasMessageContaining("closing");
        }
        store = ImageStore.open(config);
    }
}
