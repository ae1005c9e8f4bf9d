package io.berth.imagefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.berth.imagefs.testing.RegistryProcess;
import io.berth.imagefs.testing.TarBuilder;
import io.berth.imagefs.testing.TestImage;
import io.berth.imagefs.unpack.TreeUsage;
import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "io.berth.imagefs.testing.Root#isRoot", disabledReason = "unpacking layers needs root")
class ImageStoreTest extends ImageStoreFixture {
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
    void theGraphSaysWhatStandsOnWhat() {
        TestImage one = new TestImage().layer(base()).layer(top("x"));
        TestImage two = new TestImage().layer(base()).layer(top("y"));
        registry.add("a", "1", one).add("b", "1", two).add("scratch", "1", new TestImage());
        pull(name("a:1"));
        pull(name("b:1"));
        pull(name("scratch:1"));
        store.prepareSnapshot("c1", two.id(), 0);
        ImageGraph graph = store.graph();
        ImageGraph.Leaf a = graph.images().getFirst();
        ImageGraph.Leaf b = graph.images().get(1);
        assertThat(a.image().tags()).containsExactly(name("a:1"));
        assertThat(a.snapshots()).isEmpty();
        assertThat(b.snapshots()).containsExactly("c1");
        assertThat(graph.images().getLast().top()).isNull();
        assertThat(graph.layers()).hasSize(3);
        ImageGraph.Layer lowest = graph.layers().values().iterator().next();
        assertThat(lowest.parent()).isNull();
        assertThat(lowest.children()).containsExactly(a.top(), b.top());
        assertThat(lowest.images()).containsExactly(one.id(), two.id());
        assertThat(lowest.usage().bytes()).isPositive();
        assertThat(graph.layers().get(a.top())).hasFieldOrPropertyWithValue("parent", lowest.chainId());
        assertThat(a.top()).isEqualTo(a.image().chainId());
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
    void aSnapshotWhosePartsWereMadeAheadIsAsAnyOther() throws IOException {
        TestImage image = new TestImage()
                .layer(new TarBuilder()
                        .directory("./", entry -> {
                            entry.setMode(0750);
                            entry.setIds(33, 34);
                        })
                        .file("x", "x"));
        registry.add("a", "1", image).add("scratch", "1", new TestImage());
        pull(name("a:1"));
        String scratch = pull(name("scratch:1")).image().id();
        store.makeSnapshotAhead("c1");
        assertThat(store.snapshotKeys()).isEmpty();
        assertThat(store.prepareSnapshot("c1", image.id(), 0)).isInstanceOfSatisfying(Snapshot.Overlay.class, own -> {
            assertThat(own.work()).isEmptyDirectory();
            assertThat(own.upper()).isEmptyDirectory();
            assertThat(attributes(own.upper())).isEqualTo(Map.of("mode", 040750, "uid", 33, "gid", 34));
        });
        assertThat(store.snapshotKeys()).containsExactly("c1");
        store.makeSnapshotAhead("c2");
        assertThat(store.prepareSnapshot("c2", scratch, 0))
                .isInstanceOfSatisfying(
                        Snapshot.Overlay.class,
                        own -> assertThat(own.lowerDirectories()).allMatch(Files::isDirectory));
        store.removeSnapshot("c1");
        store.removeSnapshot("c2");
        assertThat(names("snapshots")).isEmpty();
        nothingIsLeft(1);
    }

    private static Map<String, Object> attributes(Path file) {
        try {
            return Files.readAttributes(file, "unix:mode,uid,gid");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void partsOfASnapshotThatWereMadeAheadGoAgain() {
        store.makeSnapshotAhead("unwanted");
        assertThat(names("snapshots")).containsExactly("unwanted");
        store.removeSnapshot("unwanted");
        assertThat(names("snapshots")).isEmpty();
        store.makeSnapshotAhead("of-a-killed-daemon");
        reopen();
        store.collect();
        assertThat(names("snapshots")).isEmpty();
        nothingIsLeft(0);
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
    void pinnedImagesSaySo() {
        registry.add("a", "1", new TestImage().layer(base()));
        config = config.withPinned(Set.of(name("a:1")));
        reopen();
        assertThat(pull(name("a:1")).image().pinned()).isTrue();
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
