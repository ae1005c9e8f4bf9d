package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.durability.SmallDisk;
import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TestImage;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.NodeDisk;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Waiting;
import io.grpc.Status.Code;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What every snapshot driver must do, on a file system of its own. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class SnapshotDriverContract {
    private static final int MEGABYTE = 1 << 20;

    private final Node node;
    private final NodeDisk disk;

    SnapshotDriverContract(Node node, NodeDisk disk) {
        this.node = node;
        this.disk = disk;
    }

    /** A node whose state is on a disk, and whose images and containers are the driver's. */
    static Node nodeOn(NodeDisk disk, String driver) {
        return Node.with(config -> disk.under(config).with("images", "snapshot_driver", "\"" + driver + "\""));
    }

    @AfterAll
    void letTheDiskGo() {
        disk.letGo();
    }

    final Node node() {
        return node;
    }

    final SmallDisk disk() {
        return disk.disk();
    }

    /** Waits until what was deleted is free. */
    void settle() {
        Command.output("sync", "-f", disk().path().toString());
    }

    private static TestImage layered() {
        Layer lower = Layer.of(tar -> tar.directory("data", 0750, 1000, 1000)
                .file("data/kept", "kept")
                .file("data/gone", "gone")
                .file("data/replaced", "old")
                .directory("data/emptied", 0755)
                .file("data/emptied/old", "old")
                .directory("data/becomes-file", 0755)
                .file("data/becomes-file/x", "x")
                .file("data/becomes-directory", "file")
                .file("data/linked", "linked")
                .hardLink("data/link", "data/linked"));
        Layer upper = Layer.of(tar -> tar.file("data/.wh.gone", "")
                .file("data/replaced", "new".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0600, 7, 8)
                .directory("data/emptied", 0700)
                .file("data/emptied/.wh..wh..opq", "")
                .file("data/emptied/new", "new")
                .file("data/becomes-file", "now a file")
                .directory("data/becomes-directory", 0755)
                .file("data/becomes-directory/y", "y")
                .pax(Map.of("SCHILY.xattr.user.colour", "blue"))
                .file("data/attributed", "a")
                .symbolicLink("data/symbolic", "kept")
                .fifo("data/fifo"));
        return Busybox.image().layer(lower).layer(upper).build();
    }

    private PodContainer sleeping(Pod pod, String name, String image) {
        return pod.container(name, image).command("sleep", "1000").start();
    }

    private String push(String repository, TestImage image) {
        node().registry().client().push(repository, "1", image);
        String reference = node().reference(repository + ":1");
        node().pull(reference);
        return reference;
    }

    private static TestImage noise(int seed) {
        byte[] noise = new byte[10 * MEGABYTE];
        new Random(seed).nextBytes(noise);
        return Busybox.image()
                .layer(Layer.of(tar -> tar.file("noise", noise, 0644)))
                .build();
    }

    /** That a container which asks for a limit of its own is refused, and told why in these words. */
    final void refusesALimit(String... words) {
        Pod pod = node().pod("limited").run();
        Refusal.of(() -> pod.container("main", node().busybox())
                        .with(config -> config.putAnnotations("io.berth/writable-layer-limit", "8Mi"))
                        .create())
                .is(Code.FAILED_PRECONDITION)
                .saying(words);
    }

    @Test
    void aContainerSeesItsImagesLayersAsOne() {
        PodContainer container = sleeping(node().pod("layers").run(), "main", push("driver/layers", layered()));
        assertThat(container
                        .shell("cd /data && find . ! -path . | sort | xargs stat -c '%n %F %a %u:%g'")
                        .lines())
                .containsExactly(
                        "./attributed regular file 644 0:0",
                        "./becomes-directory directory 755 0:0",
                        "./becomes-directory/y regular file 644 0:0",
                        "./becomes-file regular file 644 0:0",
                        "./emptied directory 700 0:0",
                        "./emptied/new regular file 644 0:0",
                        "./fifo fifo 644 0:0",
                        "./kept regular file 644 0:0",
                        "./link regular file 644 0:0",
                        "./linked regular file 644 0:0",
                        "./replaced regular file 600 7:8",
                        "./symbolic symbolic link 777 0:0");
        assertThat(container.shell("cd /data && cat kept link replaced becomes-file symbolic emptied/new"))
                .isEqualTo("keptlinkednewnow a filekeptnew");
        assertThat(container.shell("stat -c '%a %u:%g' /data")).isEqualTo("750 1000:1000");
        assertThat(container.shell("stat -c '%h %Y' /data/link /data/emptied/new"))
                .isEqualTo("2 1700000000\n1 1700000000");
        assertThat(container.shell("stat -c '%a' /tmp")).isEqualTo("1777");
    }

    @Test
    void whatAContainerWritesIsItsOwnAndIsCounted() {
        String image = push("driver/writing", noise(1));
        Pod pod = node().pod("writing").run();
        PodContainer one = sleeping(pod, "one", image);
        PodContainer other = sleeping(pod, "other", image);
        long before = used(one);
        one.shell(
                "dd if=/dev/urandom of=/new bs=1M count=5 2>/dev/null && rm /noise && echo more >>/etc/passwd && sync");
        assertThat(other.shell("ls /; wc -c </noise; grep -c more /etc/passwd || true"))
                .contains(Integer.toString(10 * MEGABYTE))
                .doesNotContain("new");
        Waiting.until("5 MiB more to be counted", () -> Math.abs(used(one) - before) >= 4L * MEGABYTE);
    }

    private static long used(PodContainer container) {
        return container.statistics().getWritableLayer().getUsedBytes().getValue();
    }

    @Test
    void holesOfALayerTakeNoRoom() {
        Layer holes = Layer.of(tar -> {
            for (int i = 0; i < 4; i++) {
                tar.pax(Map.of("GNU.sparse.map", MEGABYTE + ",1", "GNU.sparse.size", Integer.toString(1 << 30)))
                        .file("hole-" + i, "x");
            }
        });
        String image = push("driver/holes", Busybox.image().layer(holes).build());
        PodContainer container = sleeping(node().pod("holes").run(), "main", image);
        assertThat(container.shell("stat -c %s /hole-3; dd if=/hole-3 bs=1 skip=" + MEGABYTE + " count=1 2>/dev/null"))
                .isEqualTo((1 << 30) + "\nx");
    }

    @Test
    void aRestartedDaemonGoesOnWithItsContainers() {
        String image = push("driver/restart", noise(2));
        Pod pod = node().pod("restart").run();
        PodContainer container = sleeping(pod, "main", image);
        container.shell("echo here >/written");
        node().daemon().kill();
        node().daemon().start();
        assertThat(container.exec("cat", "/written")).isEqualTo("here");
        assertThat(sleeping(pod, "later", image).shell("wc -c </noise")).isEqualTo(Integer.toString(10 * MEGABYTE));
    }

    @Test
    void removingContainersAndImagesFreesTheDisk() {
        settle();
        long before = disk().free();
        for (int round = 0; round < 2; round++) {
            String image = push("driver/removed", noise(3));
            Pod pod = node().pod("removed").run();
            PodContainer container = sleeping(pod, "main", image);
            container.shell("dd if=/dev/urandom of=/new bs=1M count=8 2>/dev/null && sync");
            assertThat(before - disk().free()).isGreaterThan(17L * MEGABYTE);
            pod.stop().remove();
            node().removeImage(image);
            Waiting.until("the space to be free", () -> {
                settle();
                return before - disk().free() < 2L * MEGABYTE;
            });
        }
    }
}
