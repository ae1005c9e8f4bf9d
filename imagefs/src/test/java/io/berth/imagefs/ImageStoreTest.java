package io.berth.imagefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.testing.RegistryProcess;
import io.berth.imagefs.testing.ScriptedRegistry;
import io.berth.imagefs.testing.TarBuilder;
import io.berth.imagefs.testing.TestImage;
import io.berth.imagefs.testing.TestLimits;
import io.berth.imagefs.unpack.TreeUsage;
import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@EnabledIf(value = "io.berth.imagefs.testing.Root#isRoot", disabledReason = "unpacking layers needs root")
class ImageStoreTest {
    @TempDir
    private Path directory;

    private final ScriptedRegistry registry = new ScriptedRegistry();
    private ImageStoreConfig config = ImageStoreConfig.in(Path.of("/nonexistent"));
    private ImageStore store;

    @BeforeEach
    void openStore() {
        config = ImageStoreConfig.in(directory.resolve("state")).withLimits(TestLimits.QUICK);
        store = ImageStore.open(config);
        store.collect();
    }

    @AfterEach
    void closeStore() {
        store.close();
        registry.close();
    }

    private void reopen() {
        store.close();
        store = ImageStore.open(config);
    }

    private static TarBuilder base() {
        return new TarBuilder()
                .directory("./", 0755)
                .directory("etc", 0755)
                .file("etc/passwd", "root:x:0:0::/root:\nwww:x:33:33::/www:\n")
                .file("etc/group", "root:x:0:\nwww:x:33:\n");
    }

    private static TarBuilder top(String content) {
        return new TarBuilder().file("app/run", content).file("etc/.wh.group", "");
    }

    private String name(String repository) {
        return registry.host() + "/" + repository;
    }

    private PulledImage pull(String name) {
        return store.pull(name, Credentials.ANONYMOUS);
    }

    private List<String> names(String area) {
        try (Stream<Path> entries = Files.list(config.root().resolve(area))) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void nothingIsLeft(int layers) {
        assertThat(names("layers")).hasSize(layers);
        assertThat(names("incoming")).isEmpty();
        for (int i = 0; i < 100 && !names("trash").isEmpty(); i++) {
            pause(50);
        }
        assertThat(names("trash")).isEmpty();
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("registry-http") || name.startsWith("HttpClient"))
                .toList();
    }

    private void refused(Kind kind, String reference, String... messages) {
        assertThatThrownBy(() -> pull(reference))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .satisfies(e -> assertThat(e.getMessage()).contains(messages));
    }

    @Test
    void aPulledImageIsThereUnderAllItsNamesAndAfterAReopen() {
        TestImage image = new TestImage()
                .layer(base())
                .layer(top("x"))
                .config("{\"User\":\"www\",\"Cmd\":[\"/app/run\"],\"Env\":[\"A=b\"]}");
        registry.add("team/app", "v1", image);
        PulledImage pulled = pull(name("team/app:v1"));
        assertThat(pulled.image().id()).isEqualTo(image.id());
        assertThat(pulled.digest()).isEqualTo(image.digest());
        assertThat(pulled.image().tags()).containsExactly(name("team/app:v1"));
        assertThat(pulled.image().digests()).containsExactly(name("team/app@") + image.digest());
        assertThat(pulled.image().config().command()).containsExactly("/app/run");
        reopen();
        String hex = image.id().substring(7);
        for (String text : List.of(
                image.id(), hex, hex.substring(0, 12), name("team/app:v1"), name("team/app@") + image.digest())) {
            assertThat(store.find(text))
                    .as(text)
                    .hasValueSatisfying(found -> assertThat(found.id()).isEqualTo(image.id()));
        }
        assertThat(store.find("busybox")).isEmpty();
        assertThat(store.find("no reference!")).isEmpty();
        assertThat(store.configJson(image.id())).contains("diff_ids");
        assertThat(store.users(image.id()).resolve("www").uid()).isEqualTo(33);
        assertThatThrownBy(() -> store.users(image.id()).resolve("www:www")).hasMessageContaining("group");
        assertThat(threads()).isEmpty();
        nothingIsLeft(2);
    }

    @Test
    void layersAreKeptOnceWhateverLiesBelowThem() {
        registry.add("a", "1", new TestImage().layer(base()).layer(top("x")));
        registry.add(
                "b",
                "1",
                new TestImage().layer(new TarBuilder().file("other", "o")).layer(top("x")));
        pull(name("a:1"));
        pull(name("b:1"));
        nothingIsLeft(3);
        assertThat(registry.requests().stream().filter(request -> request.path().contains("/blobs/")))
                .hasSize(5);
    }

    @Test
    void removingTheLastUserOfALayerFreesTheDisk() throws IOException {
        registry.add("a", "1", new TestImage().layer(base()).layer(top("x")));
        registry.add("b", "1", new TestImage().layer(base()).layer(top("y")));
        pull(name("a:1"));
        pull(name("b:1"));
        long before = store.usage().usage().bytes();
        assertThat(before).isEqualTo(onDisk("layers").bytes() - directoryBytes("layers"));
        assertThat(store.remove(name("a:1"))).isTrue();
        assertThat(store.remove(name("a:1"))).isFalse();
        nothingIsLeft(2);
        assertThat(store.usage().usage().bytes()).isLessThan(before);
        assertThat(store.remove(store.list().getFirst().id())).isTrue();
        nothingIsLeft(0);
        assertThat(store.usage().usage()).isEqualTo(Usage.NONE);
        assertThat(store.list()).isEmpty();
    }

    private Usage onDisk(String area) {
        SystemCalls calls = SystemCalls.real();
        try (Descriptor handle = calls.openat2(null, config.root().resolve(area).toString(), OpenHow.directory())) {
            return new TreeUsage(calls).of(handle);
        }
    }

    private long directoryBytes(String area) throws IOException {
        return SystemCalls.real()
                        .fstatat(null, config.root().resolve(area).toString(), 0)
                        .blocks()
                * 512;
    }

    @Test
    void aNameGoesAloneWhileTheImageHasAnother() {
        TestImage image = new TestImage().layer(base());
        registry.add("a", "1", image).add("a", "2", image);
        pull(name("a:1"));
        pull(name("a:2"));
        assertThat(store.list())
                .singleElement()
                .satisfies(found -> assertThat(found.tags()).hasSize(2));
        assertThat(store.remove(name("a:1"))).isTrue();
        assertThat(store.find(image.id()))
                .hasValueSatisfying(found -> assertThat(found.tags()).containsExactly(name("a:2")));
        assertThat(store.remove(image.id())).isTrue();
        nothingIsLeft(0);
    }

    @Test
    void aTagMovesToTheNewerImage() {
        registry.add("a", "1", new TestImage().layer(top("old")));
        String old = pull(name("a:1")).image().id();
        registry.add("a", "1", new TestImage().layer(top("new")));
        String fresh = pull(name("a:1")).image().id();
        assertThat(store.find(name("a:1")).orElseThrow().id()).isEqualTo(fresh);
        assertThat(store.find(old).orElseThrow().tags()).isEmpty();
    }

    @Test
    void snapshotsHoldTheirLayersAndAreIdempotent() throws IOException {
        TestImage image = new TestImage().layer(base()).layer(top("x"));
        registry.add("a", "1", image);
        pull(name("a:1"));
        Snapshot snapshot = store.prepareSnapshot("c1", image.id());
        assertThat(store.prepareSnapshot("c1", image.id())).isEqualTo(snapshot);
        assertThat(snapshot).isInstanceOfSatisfying(Snapshot.Overlay.class, overlay -> {
            assertThat(overlay.lowerDirectories()).hasSize(2);
            assertThat(overlay.lowerDirectories().getFirst().resolve("app/run")).hasContent("x");
            assertThat(overlay.upper()).isEmptyDirectory();
            assertThat(overlay.work()).isEmptyDirectory();
        });
        store.remove(image.id());
        reopen();
        store.collect();
        assertThat(store.snapshotKeys()).containsExactly("c1");
        nothingIsLeft(2);
        Path upper = ((Snapshot.Overlay) snapshot).upper();
        Files.write(upper.resolve("data"), new byte[100_000]);
        assertThat(store.snapshotUsage("c1", Duration.ZERO).bytes()).isGreaterThanOrEqualTo(100_000);
        store.removeSnapshot("c1");
        store.removeSnapshot("c1");
        nothingIsLeft(0);
        assertThat(names("snapshots")).isEmpty();
        assertThatThrownBy(() -> store.lastSnapshotUsage("c1")).hasMessageContaining("no snapshot c1");
    }

    @Test
    void snapshotsMountAndShowTheMergedImage() throws Exception {
        TestImage image = new TestImage()
                .layer(base().directory("old", 0755).file("old/gone", "x"))
                .layer(top("x").file("old/.wh..wh..opq", "")
                        .file("old/new", "n")
                        .directory("./", 0711));
        registry.add("a", "1", image);
        pull(name("a:1"));
        Snapshot.Overlay overlay = (Snapshot.Overlay) store.prepareSnapshot("c1", image.id());
        SystemCalls calls = SystemCalls.real();
        try (Descriptor context = calls.fsopen("overlay")) {
            for (Path lower : overlay.lowerDirectories()) {
                calls.fsconfigString(context, "lowerdir+", lower.toString());
            }
            calls.fsconfigString(context, "upperdir", overlay.upper().toString());
            calls.fsconfigString(context, "workdir", overlay.work().toString());
            calls.fsconfigCreate(context);
            try (Descriptor mount = calls.fsmount(context, 0)) {
                assertThat(calls.fstat(mount).permissions()).isEqualTo(0711);
                assertThat(calls.findStatus(mount, "app/run", 0)).isNotNull();
                assertThat(calls.findStatus(mount, "etc/passwd", 0)).isNotNull();
                assertThat(calls.findStatus(mount, "etc/group", 0)).isNull();
                assertThat(calls.findStatus(mount, "old/gone", 0)).isNull();
                assertThat(calls.findStatus(mount, "old/new", 0)).isNotNull();
            }
        }
    }

    @Test
    void directoriesThatALayerDoesNotDescribeKeepTheirOwnersAndModes() throws Exception {
        TarBuilder lower = base().directory("tmp", 01777).directory("home/me", entry -> {
            entry.setMode(0700);
            entry.setIds(1000, 1000);
        });
        TestImage image = new TestImage()
                .layer(lower)
                .layer(new TarBuilder()
                        .file("tmp/x", "x")
                        .file("home/me/.config/deep/y", "y")
                        .file("new/z", "z"));
        registry.add("a", "1", image);
        pull(name("a:1"));
        Snapshot.Overlay overlay = (Snapshot.Overlay) store.prepareSnapshot("c1", image.id());
        SystemCalls calls = SystemCalls.real();
        try (Descriptor context = calls.fsopen("overlay")) {
            for (Path directoryBelow : overlay.lowerDirectories()) {
                calls.fsconfigString(context, "lowerdir+", directoryBelow.toString());
            }
            calls.fsconfigString(context, "upperdir", overlay.upper().toString());
            calls.fsconfigString(context, "workdir", overlay.work().toString());
            calls.fsconfigCreate(context);
            try (Descriptor mount = calls.fsmount(context, 0)) {
                assertThat(calls.fstatat(mount, "tmp", 0).permissions()).isEqualTo(01777);
                assertThat(calls.fstatat(mount, "home/me", 0).permissions()).isEqualTo(0700);
                assertThat(calls.fstatat(mount, "home/me", 0).uid()).isEqualTo(1000);
                assertThat(calls.fstatat(mount, "home/me/.config/deep/y", 0).size())
                        .isEqualTo(1);
                assertThat(calls.fstatat(mount, "new", 0).permissions()).isEqualTo(0755);
                assertThat(calls.findStatus(mount, "tmp/x", 0)).isNotNull();
            }
        }
        store.removeSnapshot("c1");
        assertThat(pull(name("a:1")).image().id()).isEqualTo(image.id());
        store.remove(image.id());
        nothingIsLeft(0);
    }

    @Test
    void anImageWithoutLayersCanBeStoodOn() {
        TestImage image = new TestImage();
        registry.add("scratch", "1", image);
        pull(name("scratch:1"));
        Snapshot.Overlay overlay = (Snapshot.Overlay) store.prepareSnapshot("c1", image.id());
        assertThat(overlay.lowerDirectories())
                .singleElement()
                .satisfies(lower -> assertThat(lower).isEmptyDirectory());
    }

    @Test
    void theSameLayerTwiceInAnImageIsMountedOnce() {
        TestImage image = new TestImage().layer(top("x")).layer(base()).layer(top("x"));
        registry.add("a", "1", image);
        pull(name("a:1"));
        Snapshot.Overlay overlay = (Snapshot.Overlay) store.prepareSnapshot("c1", image.id());
        assertThat(overlay.lowerDirectories()).hasSize(2).doesNotHaveDuplicates();
        assertThat(overlay.lowerDirectories().getFirst().resolve("app")).exists();
    }

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
        registry.add("count", "1", new TestImage().claimedLayer(missing, TestImage.descriptor(type, missing, 7)));
        registry.addManifest(
                "/v2/count/manifests/1",
                new String(new TestImage().manifest(), java.nio.charset.StandardCharsets.UTF_8)
                        .replace("\"layers\":[]", "\"layers\":[" + TestImage.descriptor(type, missing, 7) + "]")
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        new TestImage()
                .blobs()
                .forEach((digest, content) -> registry.on(
                        "/v2/count/blobs/" + digest, exchange -> ScriptedRegistry.answer(exchange, 200, content)));
        refused(Kind.INVALID_CONTENT, name("count:1"), "1 layers, the configuration 0");
        assertThat(store.list()).isEmpty();
        assertThat(store.usage().usage()).isEqualTo(Usage.NONE);
        assertThat(threads()).isEmpty();
        nothingIsLeft(0);
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
        assertThat(threads()).isEmpty();
        nothingIsLeft(0);
    }

    private static void await(int seconds) {
        pause(seconds * 1000L);
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
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
    void onePullHoweverManyAsk() throws Exception {
        TestImage image = new TestImage().layer(base()).layer(top("x"));
        registry.add("a", "1", image);
        CountDownLatch asked = new CountDownLatch(1);
        registry.on("/v2/a/manifests/1", exchange -> {
            asked.countDown();
            await(1);
        });
        try (ExecutorService callers = Executors.newFixedThreadPool(5)) {
            List<Future<PulledImage>> pulls = IntStream.range(0, 5)
                    .mapToObj(i -> callers.submit(() -> pull(name("a:1"))))
                    .toList();
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            for (Future<PulledImage> pull : pulls) {
                assertThat(pull.get(20, TimeUnit.SECONDS).image().id()).isEqualTo(image.id());
            }
        }
        assertThat(registry.countOf("/manifests/")).isEqualTo(1);
    }

    @Test
    void aLayerThatTwoPullsWantAtOnceIsFetchedOnce() throws Exception {
        TestImage one = new TestImage().layer(base()).layer(top("1"));
        TestImage two = new TestImage().layer(base()).layer(top("2"));
        registry.add("a", "1", one).add("a", "2", two);
        String shared = one.blobs().keySet().stream()
                .filter(two.blobs()::containsKey)
                .findFirst()
                .orElseThrow();
        registry.on("/v2/a/blobs/" + shared, exchange -> await(1));
        try (ExecutorService callers = Executors.newFixedThreadPool(2)) {
            List<Future<PulledImage>> pulls = Stream.of("a:1", "a:2")
                    .map(tag -> callers.submit(() -> pull(name(tag))))
                    .toList();
            for (Future<PulledImage> pull : pulls) {
                pull.get(20, TimeUnit.SECONDS);
            }
        }
        assertThat(registry.countOf(shared)).isEqualTo(1);
        nothingIsLeft(3);
        store.remove(one.id());
        nothingIsLeft(2);
    }

    @Test
    void aSharedLayerSurvivesTheFailureOfThePullThatFetchedIt() throws Exception {
        String missing = "sha256:" + "5".repeat(64);
        TestImage failing = new TestImage()
                .layer(base())
                .claimedLayer(missing, TestImage.descriptor("application/vnd.oci.image.layer.v1.tar", missing, 7));
        TestImage good = new TestImage().layer(base()).layer(top("x"));
        registry.add("a", "bad", failing).add("a", "good", good);
        registry.on("/v2/a/blobs/" + missing, exchange -> await(1));
        try (ExecutorService callers = Executors.newFixedThreadPool(1)) {
            Future<PulledImage> bad = callers.submit(() -> pull(name("a:bad")));
            await(1);
            assertThat(pull(name("a:good")).image().id()).isEqualTo(good.id());
            assertThatThrownBy(() -> bad.get(20, TimeUnit.SECONDS)).hasMessageContaining("404");
        }
        nothingIsLeft(2);
    }

    @Test
    void leftoversOfAKilledDaemonAreCollected() throws IOException {
        registry.add("a", "1", new TestImage().layer(base()));
        pull(name("a:1"));
        store.close();
        Files.createDirectories(config.root().resolve("incoming/7/half/way"));
        Files.createDirectories(config.root().resolve("layers/99/etc"));
        Files.createDirectories(config.root().resolve("snapshots/orphan/fs"));
        Files.createDirectories(config.root().resolve("trash/old/x"));
        store = ImageStore.open(config);
        store.collect();
        nothingIsLeft(1);
        assertThat(names("snapshots")).isEmpty();
        assertThat(store.list()).hasSize(1);
        registry.add("b", "1", new TestImage().layer(top("x")));
        pull(name("b:1"));
        nothingIsLeft(2);
    }

    @Test
    void anArchiveIsImportedUnderItsName() throws IOException {
        TestImage image = new TestImage().layer(base());
        Path archive = Files.write(directory.resolve("image.tar"), image.archive("berth.io/hello:1"));
        assertThat(store.importArchive(archive).tags()).containsExactly("berth.io/hello:1");
        assertThat(store.importArchive(archive).id()).isEqualTo(image.id());
        assertThat(store.find("berth.io/hello:1")).isPresent();
        nothingIsLeft(1);
        byte[] broken = image.archive("berth.io/other:1");
        broken[broken.length / 2] ^= 1;
        Path brokenArchive = Files.write(directory.resolve("broken.tar"), broken);
        assertThatThrownBy(() -> store.importArchive(brokenArchive)).isInstanceOf(ImageException.class);
        assertThatThrownBy(() -> store.importArchive(directory.resolve("absent.tar")))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("absent.tar");
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
                        config.registries(),
                        config.limits(),
                        config.platform(),
                        config.pinned(),
                        config.userAgent());
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
    void pinnedImagesSaySo() {
        registry.add("a", "1", new TestImage().layer(base()));
        config = config.withPinned(Set.of(name("a:1")));
        reopen();
        assertThat(pull(name("a:1")).image().pinned()).isTrue();
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

    @Test
    void aRealRegistryServesThePull() throws Exception {
        assumeTrue(RegistryProcess.binary().isPresent(), "docker-registry is not installed");
        Path data = Files.createDirectory(directory.resolve("registry"));
        try (RegistryProcess real = RegistryProcess.start(data)) {
            TestImage image = new TestImage().layer(base()).layer(top("x"));
            real.push("team/app", "v1", image);
            PulledImage pulled = store.pull(real.host() + "/team/app:v1", Credentials.ANONYMOUS);
            assertThat(pulled.image().id()).isEqualTo(image.id());
            assertThat(pulled.digest()).isEqualTo(image.digest());
            assertThat(store.pull(real.host() + "/team/app@" + image.digest(), Credentials.ANONYMOUS)
                            .image())
                    .isEqualTo(store.find(image.id()).orElseThrow());
            assertThatThrownBy(() -> store.pull(real.host() + "/team/app:v2", Credentials.ANONYMOUS))
                    .hasMessageContaining("404");
        }
        nothingIsLeft(2);
    }
}
