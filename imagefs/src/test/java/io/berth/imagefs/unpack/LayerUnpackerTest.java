package io.berth.imagefs.unpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageException.Kind;
import io.berth.imagefs.Usage;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.tar.TarEntry;
import io.berth.imagefs.tar.TarLimits;
import io.berth.imagefs.tar.TarReader;
import io.berth.imagefs.testing.TarBuilder;
import io.berth.imagefs.testing.TestLimits;
import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCalls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledIf(
        value = "io.berth.imagefs.testing.Root#isRoot",
        disabledReason = "making owners, devices and attributes needs root")
class LayerUnpackerTest {
    private static final SystemCalls CALLS = SystemCalls.real();

    @TempDir
    private Path directory;

    private UnpackedLayer unpack(TarBuilder tar) {
        byte[] plain = tar.build();
        return unpack(TarBuilder.gzip(plain), Digest.of(plain));
    }

    private UnpackedLayer unpack(byte[] packed, Digest diffId) {
        ContentDescriptor descriptor = new ContentDescriptor("", Digest.of(packed), packed.length, null, "");
        return unpack(packed, descriptor, diffId);
    }

    private UnpackedLayer unpack(byte[] packed, ContentDescriptor descriptor, Digest diffId) {
        Path root = directory.resolve("layer");
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        try (Descriptor handle = CALLS.openat2(null, root.toString(), OpenHow.directory())) {
            return new LayerUnpacker(CALLS, TestLimits.QUICK, _ -> {})
                    .unpack(new ByteArrayInputStream(packed), descriptor, diffId, handle, () -> false);
        }
    }

    private Path layer(String path) {
        return directory.resolve("layer").resolve(path);
    }

    private void refused(Kind kind, TarBuilder tar, String message) {
        assertThatThrownBy(() -> unpack(tar))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(kind))
                .hasMessageContaining(message);
    }

    private static int mode(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    private static byte @Nullable [] attribute(Path path, String name) {
        return CALLS.lgetxattr(null, path.toString(), name);
    }

    private void nothingOutside() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            assertThat(entries.map(Path::getFileName).map(Path::toString)).containsOnly("layer");
        }
    }

    @Test
    void filesComeWithOwnersModesAndTimes() throws IOException {
        unpack(new TarBuilder()
                .directory("usr/", 0755)
                .directory("usr/bin/", 0711)
                .file("usr/bin/su", "elf", entry -> {
                    entry.setMode(04755);
                    entry.setIds(0, 42);
                })
                .file("./home/me/x", "mine", entry -> {
                    entry.setMode(0600);
                    entry.setIds(1000, 1000);
                })
                .directory("tmp", 01777));
        assertThat(mode(layer("usr/bin/su"))).isEqualTo(04755);
        assertThat(Files.getAttribute(layer("usr/bin/su"), "unix:gid")).isEqualTo(42);
        assertThat(mode(layer("usr/bin"))).isEqualTo(0711);
        assertThat(mode(layer("tmp"))).isEqualTo(01777);
        assertThat(Files.getAttribute(layer("home/me/x"), "unix:uid")).isEqualTo(1000);
        assertThat(layer("home/me/x")).hasContent("mine");
        assertThat(Files.getLastModifiedTime(layer("usr/bin"))).isEqualTo(FileTime.fromMillis(1_500_000_000_000L));
        assertThat(Files.getLastModifiedTime(layer("usr/bin/su"))).isEqualTo(FileTime.fromMillis(1_500_000_000_000L));
    }

    @Test
    void directoriesThatNobodyDescribesAreToldOf() {
        UnpackedLayer layer = unpack(new TarBuilder().file("a/b/c", "x").directory("a", 0700));
        assertThat(layer.impliedDirectories()).containsExactlyInAnyOrder("", "a/b");
    }

    @Test
    void linksDevicesAndPipesAreMade() throws IOException {
        unpack(new TarBuilder()
                .file("a", "x")
                .hardLink("b", "/a")
                .symbolicLink("c", "/etc/passwd")
                .symbolicLink("dangling", "../../../nowhere")
                .typed("null", TarConstants.LF_CHR, entry -> {
                    entry.setDevMajor(1);
                    entry.setDevMinor(3);
                    entry.setMode(0666);
                })
                .typed("pipe", TarConstants.LF_FIFO, entry -> entry.setMode(0622)));
        assertThat(Files.isSameFile(layer("a"), layer("b"))).isTrue();
        assertThat(Files.readSymbolicLink(layer("c"))).hasToString("/etc/passwd");
        assertThat(Files.getAttribute(layer("null"), "unix:rdev")).isEqualTo(0x103L);
        assertThat(mode(layer("null"))).isEqualTo(0666);
        assertThat(mode(layer("pipe"))).isEqualTo(0622);
    }

    @Test
    void attributesAreKeptSaveThoseThatSteerOverlayfs() {
        unpack(new TarBuilder()
                .file(
                        "f",
                        "x",
                        TarBuilder.attributes(Map.of(
                                "user.color", "blue",
                                "trusted.overlay.redirect", "/etc",
                                "trusted.overlay.metacopy", "y",
                                "security.selinux", "label"))));
        assertThat(attribute(layer("f"), "user.color")).asString().isEqualTo("blue");
        assertThat(attribute(layer("f"), "trusted.overlay.redirect")).isNull();
        assertThat(attribute(layer("f"), "trusted.overlay.metacopy")).isNull();
    }

    @Test
    void whiteoutsBecomeWhatOverlayfsUnderstands() throws IOException {
        UnpackedLayer layer = unpack(new TarBuilder()
                .file("etc/.wh.gone", "")
                .file("var/.wh..wh..opq", "")
                .file("var/kept", "x")
                .file(".wh..wh.plnk", ""));
        assertThat(Files.getAttribute(layer("etc/gone"), "unix:rdev")).isEqualTo(0L);
        assertThat(CALLS.fstatat(null, layer("etc/gone").toString(), 0).type()).isEqualTo(0x2000);
        assertThat(attribute(layer("var"), "trusted.overlay.opaque")).asString().isEqualTo("y");
        assertThat(layer("var/kept")).hasContent("x");
        assertThat(layer(".wh..wh.plnk")).doesNotExist();
        assertThat(layer.opaqueRoot()).isFalse();
    }

    @Test
    void whatIsTakenAwayAndMadeAnewHidesWhatWasBelow() {
        unpack(new TarBuilder()
                .file(".wh.a", "")
                .directory("a", 0755)
                .file("a/new", "x")
                .directory("b", 0755)
                .file("b/new", "x")
                .file(".wh.b", "")
                .file(".wh.c", "")
                .file("c", "new"));
        assertThat(attribute(layer("a"), "trusted.overlay.opaque")).asString().isEqualTo("y");
        assertThat(layer("a/new")).hasContent("x");
        assertThat(attribute(layer("b"), "trusted.overlay.opaque")).asString().isEqualTo("y");
        assertThat(layer("b/new")).hasContent("x");
        assertThat(layer("c")).hasContent("new");
    }

    @Test
    void anOpaqueRootIsToldOf() {
        assertThat(unpack(new TarBuilder().file(".wh..wh..opq", "").file("a", "x"))
                        .opaqueRoot())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/../evil", "..", "a/../.."})
    void pathsThatClimbOutAreRefused(String path) throws IOException {
        refused(Kind.INVALID_CONTENT, new TarBuilder().file(path, "x"), "climbs out");
        nothingOutside();
    }

    @ParameterizedTest
    @ValueSource(strings = {".wh.", ".wh...", ".wh..", "a/.wh."})
    void whiteoutsOfTheRootAreRefused(String path) {
        refused(Kind.INVALID_CONTENT, new TarBuilder().file(path, ""), "whiteout of nothing");
    }

    @Test
    void symbolicLinksLeadNowhereButIntoTheLayer() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        unpack(new TarBuilder()
                .symbolicLink("absolute", outside.toString())
                .symbolicLink("climbing", "../outside")
                .symbolicLink("up", "../../../../../../../../tmp")
                .symbolicLink("lib", "usr/lib")
                .symbolicLink("magic", "/proc/self/root")
                .file("absolute/x", "1")
                .file("lib/y", "3")
                .file("up/z", "4")
                .file("magic/q", "5"));
        assertThat(outside).isEmptyDirectory();
        assertThat(layer("usr/lib/y")).hasContent("3");
        assertThat(layer(outside.toString().substring(1) + "/x")).hasContent("1");
        assertThat(layer("tmp/z")).hasContent("4");
        assertThat(layer("proc/self/root/q")).hasContent("5");
    }

    @Test
    void aFileThroughALinkToAFileIsRefused() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "safe");
        unpack(new TarBuilder().symbolicLink("x", victim.toString()).file("x", "replaces the link"));
        assertThat(victim).hasContent("safe");
        assertThat(Files.isSymbolicLink(layer("x"))).isFalse();
        refused(Kind.INVALID_CONTENT, new TarBuilder().file("f", "x").file("f/below", "y"), "f/below");
    }

    @Test
    void hardLinksReachOnlyIntoTheLayer() throws IOException {
        Path victim = Files.writeString(directory.resolve("victim"), "safe");
        refused(Kind.INVALID_CONTENT, new TarBuilder().hardLink("x", "../victim"), "outside");
        refused(Kind.INVALID_CONTENT, new TarBuilder().hardLink("x", victim.toString()), "does not have");
        refused(
                Kind.INVALID_CONTENT,
                new TarBuilder().symbolicLink("up", "..").hardLink("x", "up/victim"),
                "does not have");
        refused(Kind.INVALID_CONTENT, new TarBuilder().hardLink("x", "x"), "itself");
        unpack(new TarBuilder()
                .symbolicLink("s", victim.toString())
                .hardLink("h", "s")
                .file("h", "mine"));
        assertThat(victim).hasContent("safe");
    }

    @Test
    void laterEntriesReplaceEarlierOnes() throws IOException {
        UnpackedLayer layer = unpack(new TarBuilder()
                .file("a", "old")
                .file("a", "new")
                .directory("d/sub", 0755)
                .file("d/sub/x", "x")
                .file("d", "now a file")
                .symbolicLink("s", "/")
                .directory("s", 0755)
                .file("s/in", "x")
                .directory("kept", 0755)
                .file("kept/x", "x")
                .directory("kept", 0700));
        assertThat(layer("a")).hasContent("new");
        assertThat(layer("d")).hasContent("now a file");
        assertThat(Files.isDirectory(layer("s"), LinkOption.NOFOLLOW_LINKS)).isTrue();
        assertThat(layer("s/in")).hasContent("x");
        assertThat(layer("kept/x")).hasContent("x");
        assertThat(mode(layer("kept"))).isEqualTo(0700);
        assertThat(layer.usage()).isEqualTo(counted());
    }

    @Test
    void usageIsWhatDuSays() throws IOException {
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 7);
        UnpackedLayer layer = unpack(new TarBuilder()
                .directory("d", 0755)
                .file("d/large", large, entry -> {})
                .file("implied/below/empty", "")
                .hardLink("link", "d/large")
                .symbolicLink("s", "x".repeat(100)));
        assertThat(layer.usage()).isEqualTo(counted());
    }

    private Usage counted() {
        try (Descriptor handle = CALLS.openat2(null, layer("").toString(), OpenHow.directory())) {
            return new TreeUsage(CALLS).of(handle);
        }
    }

    @Test
    void longAndForeignNamesAreKept() {
        String component = "n".repeat(200);
        String longPath = String.join("/", component, component, component, "end");
        unpack(new TarBuilder().file(longPath, "x").file("grüße-\u4f60\u597d", "y"));
        assertThat(layer(longPath)).hasContent("x");
        assertThat(CALLS.findStatus(null, layer("").resolve("").toString() + "/grüße-\u4f60\u597d", 0))
                .isNotNull();
        refused(Kind.INVALID_CONTENT, new TarBuilder().file("n".repeat(300), "x"), "ENAMETOOLONG");
    }

    @Test
    void zstdAndPlainLayersAreUnpackedToo() {
        byte[] plain = new TarBuilder().file("a", "x").build();
        unpack(Zstd.compress(plain), Digest.of(plain));
        assertThat(layer("a")).hasContent("x");
        unpack(plain, Digest.of(plain));
    }

    @Test
    void layersOfSeveralGzipMembersAreReadToTheEnd() throws IOException {
        byte[] plain =
                new TarBuilder().file("a", "x".repeat(5000)).file("b", "y").build();
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        packed.write(TarBuilder.gzip(Arrays.copyOf(plain, 700)));
        packed.write(TarBuilder.gzip(Arrays.copyOfRange(plain, 700, plain.length)));
        unpack(packed.toByteArray(), Digest.of(plain));
        assertThat(layer("b")).hasContent("y");
    }

    @Test
    void wrongBytesAreRefused() {
        byte[] plain = new TarBuilder().file("a", "x").build();
        byte[] packed = TarBuilder.gzip(plain);
        assertThatThrownBy(() -> unpack(packed, Digest.of(new byte[1])))
                .hasMessageContaining("configuration says that it unpacks to");
        Digest digest = Digest.of(packed);
        assertThatThrownBy(() -> unpack(
                        packed,
                        new ContentDescriptor("", Digest.of(new byte[1]), packed.length, null, ""),
                        Digest.of(plain)))
                .hasMessageContaining("its digest is " + digest);
        assertThatThrownBy(() -> unpack(
                        packed, new ContentDescriptor("", digest, packed.length - 1, null, ""), Digest.of(plain)))
                .hasMessageContaining("longer than");
        assertThatThrownBy(() -> unpack(
                        Arrays.copyOf(packed, packed.length / 2),
                        new ContentDescriptor("", digest, packed.length, null, ""),
                        Digest.of(plain)))
                .hasMessageContaining("ended after");
    }

    /** Large ones go through the machine's libraries where those are installed. */
    @Test
    void largeLayersAreUnpackedToTheLastByte() throws IOException {
        byte[] content = new byte[5 << 20];
        new java.util.Random(3).nextBytes(content);
        byte[] text = "all work and no play ".repeat(100_000).getBytes(StandardCharsets.US_ASCII);
        byte[] plain = new TarBuilder()
                .file("noise", content, entry -> {})
                .file("text", text, entry -> {})
                .build();
        int middle = plain.length / 2;
        var members = new java.io.ByteArrayOutputStream();
        members.write(TarBuilder.gzip(Arrays.copyOf(plain, middle)));
        members.write(TarBuilder.gzip(Arrays.copyOfRange(plain, middle, plain.length)));
        members.write(new byte[600]);
        for (byte[] packed : List.of(TarBuilder.gzip(plain), members.toByteArray(), Zstd.compress(plain), plain)) {
            unpack(packed, Digest.of(plain));
            assertThat(layer("noise")).hasBinaryContent(content);
            assertThat(layer("text")).hasBinaryContent(text);
            Files.delete(layer("noise"));
            Files.delete(layer("text"));
        }
    }

    @Test
    void largeLayersThatAreBrokenAreRefused() {
        byte[] content = new byte[3 << 20];
        new java.util.Random(4).nextBytes(content);
        byte[] plain = new TarBuilder().file("noise", content, entry -> {}).build();
        for (byte[] packed : List.of(TarBuilder.gzip(plain), Zstd.compress(plain))) {
            byte[] cut = Arrays.copyOf(packed, packed.length - 100_000);
            assertThatThrownBy(() -> unpack(cut, Digest.of(plain)))
                    .isInstanceOfSatisfying(
                            ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_CONTENT))
                    .hasMessageContaining("ends too early");
            assertThatThrownBy(() -> unpack(packed, Digest.of(content)))
                    .hasMessageContaining("configuration says that it unpacks to");
        }
        byte[] garbled = TarBuilder.gzip(plain);
        Arrays.fill(garbled, 1 << 20, (1 << 20) + 1000, (byte) 0xff);
        assertThatThrownBy(() -> unpack(garbled, Digest.of(plain))).isInstanceOf(ImageException.class);
    }

    @Test
    void garbageIsRefused() {
        byte[] garbage = "this is no tar at all, is it?".repeat(100).getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> unpack(garbage, Digest.of(garbage)))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_CONTENT));
        byte[] packed = TarBuilder.gzip(garbage);
        packed[20] ^= 0x55;
        assertThatThrownBy(() -> unpack(packed, Digest.of(garbage))).isInstanceOf(ImageException.class);
        byte[] cut = Arrays.copyOf(new TarBuilder().file("a", "x".repeat(600)).build(), 1024);
        assertThatThrownBy(() -> unpack(cut, Digest.of(cut))).hasMessageContaining("middle of a file");
    }

    @Test
    void moreDirectoriesThanAreRememberedAreMadeAndCountedAllTheSame() throws IOException {
        Path root = Files.createDirectories(directory.resolve("layer"));
        PathMemory memory = new PathMemory(400);
        byte[] tar = new TarBuilder()
                .directory("one", 0755)
                .directory("two", 0755)
                .directory("three", 0750)
                .file("three/file", "x")
                .directory("four", 0700)
                .build();
        UnpackedLayer layer;
        try (Descriptor handle = CALLS.openat2(null, root.toString(), OpenHow.directory());
                LayerWriter writer = new LayerWriter(CALLS, handle, memory.share())) {
            TarReader reader = new TarReader(new ByteArrayInputStream(tar), TarLimits.OF_LINUX);
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                writer.apply(entry, reader);
            }
            layer = writer.finish();
            assertThat(layer.usage()).isEqualTo(new TreeUsage(CALLS).of(handle));
        }
        assertThat(mode(layer("three"))).isEqualTo(0750);
        assertThat(Files.getLastModifiedTime(layer("one")).toMillis()).isEqualTo(1_500_000_000_000L);
        assertThat(Files.getLastModifiedTime(layer("four")).toMillis()).isEqualTo(1_500_000_000_000L);
        try (PathMemory.Share again = memory.share()) {
            assertThat(again.take("given back")).isTrue();
        }
    }

    @Test
    void treesWiderThanCanBeRememberedAreCountedAndDeleted() throws IOException {
        Path wide = Files.createDirectories(directory.resolve("wide"));
        for (int i = 0; i < 31_000; i++) {
            Files.createDirectory(wide.resolve("directory-" + i));
        }
        Path deep = Files.createDirectories(wide.resolve("directory-30999/a/b/c"));
        Files.writeString(deep.resolve("file"), "x");
        try (Descriptor handle = CALLS.openat2(null, directory.toString(), OpenHow.directory())) {
            assertThat(new TreeUsage(CALLS).of(handle).inodes()).isEqualTo(31_000 + 3 + 1 + 2);
            new TreeRemover(CALLS, handle).remove("wide");
        }
        assertThat(wide).doesNotExist();
    }

    private static TarBuilder sparse(TarBuilder tar, String name, long size) {
        return tar.records(Map.of("GNU.sparse.map", "0,1", "GNU.sparse.size", Long.toString(size)))
                .file(name, "x");
    }

    @Test
    void holesCountAgainstTheLimitAndTakeNoRoom() {
        long limit = TestLimits.QUICK.layerBytes();
        refused(Kind.LIMIT_EXCEEDED, sparse(new TarBuilder(), "bomb", limit + 1), "larger than");
        TarBuilder tar = new TarBuilder();
        for (int i = 0; i < 20; i++) {
            sparse(tar, "hole-" + i, limit);
        }
        assertThat(unpack(tar).usage().bytes()).isLessThan(1 << 20);
        assertThat(layer("hole-19")).hasSize(limit);
    }

    @Test
    void bombsAreDefused() {
        byte[] zeros =
                new TarBuilder().file("zeros", new byte[81 << 20], entry -> {}).build();
        assertThatThrownBy(() -> unpack(TarBuilder.gzip(zeros), Digest.of(zeros)))
                .isInstanceOfSatisfying(
                        ImageException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT_EXCEEDED));
        byte[] dense =
                new TarBuilder().file("zeros", new byte[70 << 20], entry -> {}).build();
        assertThatThrownBy(() -> unpack(Zstd.compress(dense), Digest.of(dense))).hasMessageContaining("times its");
        TarBuilder many = new TarBuilder();
        for (int i = 0; i <= TestLimits.QUICK.layerEntries(); i++) {
            many.directory("d", 0755);
        }
        refused(Kind.LIMIT_EXCEEDED, many, "entries");
    }
}
