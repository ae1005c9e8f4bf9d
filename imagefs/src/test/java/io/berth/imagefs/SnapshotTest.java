package io.berth.imagefs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.imagefs.testing.TarBuilder;
import io.berth.imagefs.testing.TestImage;
import io.berth.kernel.Descriptor;
import io.berth.kernel.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "io.berth.imagefs.testing.Root#isRoot", disabledReason = "unpacking layers needs root")
class SnapshotTest extends ImageStoreFixture {
    @Test
    void snapshotsHoldTheirLayersAndAreIdempotent() throws IOException {
        TestImage image = new TestImage().layer(base()).layer(top("x"));
        registry.add("a", "1", image);
        pull(name("a:1"));
        Snapshot snapshot = store.prepareSnapshot("c1", image.id(), 0);
        assertThat(store.prepareSnapshot("c1", image.id(), 0)).isEqualTo(snapshot);
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
        Snapshot.Overlay overlay = (Snapshot.Overlay) store.prepareSnapshot("c1", image.id(), 0);
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
        Snapshot.Overlay overlay = (Snapshot.Overlay) store.prepareSnapshot("c1", image.id(), 0);
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
        Snapshot.Overlay overlay = (Snapshot.Overlay) store.prepareSnapshot("c1", image.id(), 0);
        assertThat(overlay.lowerDirectories())
                .singleElement()
                .satisfies(lower -> assertThat(lower).isEmptyDirectory());
    }

    @Test
    void theSameLayerTwiceInAnImageIsMountedOnce() {
        TestImage image = new TestImage().layer(top("x")).layer(base()).layer(top("x"));
        registry.add("a", "1", image);
        pull(name("a:1"));
        Snapshot.Overlay overlay = (Snapshot.Overlay) store.prepareSnapshot("c1", image.id(), 0);
        assertThat(overlay.lowerDirectories()).hasSize(2).doesNotHaveDuplicates();
        assertThat(overlay.lowerDirectories().getFirst().resolve("app")).exists();
    }
}
