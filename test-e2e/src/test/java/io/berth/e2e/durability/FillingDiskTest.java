package io.berth.e2e.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.RealisticFiles;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.e2e.process.Places;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The daemon's state and the pods' logs on an ext4 of 64 MiB that is full, or becomes full in the middle of a request.
 */
class FillingDiskTest {
    private static final int MEGABYTES = 64;
    private static final long KILOBYTE = 1 << 10;

    private static @Nullable SmallDisk disk;

    @RegisterExtension
    static final Node NODE = Node.with(config -> {
        disk = SmallDisk.ext4(Places.work().resolve("filling-disk"), MEGABYTES);
        return config.with("", "state_directory", "\"" + disk().path().resolve("state") + "\"");
    });

    private static SmallDisk disk() {
        if (disk == null) {
            throw new IllegalStateException("there is no disk yet");
        }
        return disk;
    }

    @AfterEach
    void makeSpace() {
        disk().empty();
    }

    @AfterAll
    static void removeTheDisk() {
        // The daemon still runs: it is ended after this, and lets the mount go with its last descriptor.
        Command.output("umount", "--lazy", disk().path().toString());
    }

    private static String push(String repository) {
        Layer layer = Layer.of(tar -> new RealisticFiles(repository.hashCode()).writeTo(tar, "data", 3_000_000));
        NODE.registry()
                .client()
                .push(repository, "1", Busybox.image().layer(layer).build());
        return NODE.reference(repository + ":1");
    }

    private static String images() {
        Path images = disk().path().resolve("state/images");
        return Command.output("du", "-s", "-B1", images.toString())
                + Command.output("find", images.toString(), "-maxdepth", "2");
    }

    /** True when it was done, false when there was no space for it. */
    private static boolean fits(Runnable request) {
        try {
            request.run();
            return true;
        } catch (StatusRuntimeException failure) {
            assertThat(failure.getStatus().getCode()).as(failure.getMessage()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            assertThat(failure.getMessage())
                    .as("the reason")
                    .containsPattern("no space left on device|No space left on device|database or disk is full");
            return false;
        }
    }

    private static boolean pullFits(String reference, long free) {
        String before = images();
        disk().leave(free);
        boolean fits = fits(() -> NODE.pull(reference));
        disk().empty();
        if (fits) {
            NODE.removeImage(reference);
        }
        assertThat(images()).as("files after a pull with %d bytes free", free).isEqualTo(before);
        return fits;
    }

    /** Tries with less and less space, and with every amount of it around the least that is enough. */
    private static void around(LongPredicate fits) {
        assertThat(fits.test(0)).isFalse();
        long tooLittle = 0;
        long enough = 8 << 20;
        assertThat(fits.test(enough)).isTrue();
        while (enough - tooLittle > 4 * KILOBYTE) {
            long middle = (tooLittle + enough) / 2;
            if (fits.test(middle)) {
                enough = middle;
            } else {
                tooLittle = middle;
            }
        }
        int fitting = 0;
        for (long free = Math.max(0, enough - 64 * KILOBYTE); free < enough + 24 * KILOBYTE; free += 8 * KILOBYTE) {
            fitting += fits.test(free) ? 1 : 0;
        }
        assertThat(fitting).as("amounts around the least that were enough").isPositive();
    }

    @Test
    void aPullThatRunsOutOfSpaceAnywhereLeavesNothingAndSucceedsWithMore() {
        String reference = push("disk/filling");
        // Around there the files fit, and what comes after them may not: the database, names, what is synced.
        around(free -> pullFits(reference, free));
    }

    @Test
    void anImageCanBeRemovedFromAFullDisk() {
        String reference = push("disk/removed");
        NODE.pull(reference);
        disk().leave(0);
        long before = disk().free();
        NODE.removeImage(reference);
        Command.output("sync", "-f", disk().path().toString());
        assertThat(disk().free() - before).as("bytes freed").isGreaterThan(3_000_000);
    }

    @Test
    void podsAndContainersThatFindNoSpaceLeaveNothing() {
        around(free -> {
            disk().leave(free);
            boolean fits = fits(() -> NODE.pod("full-" + free)
                    .run()
                    .container("main", NODE.busybox())
                    .command("sleep", "1000")
                    .start());
            disk().empty();
            NODE.client().removePods();
            return fits;
        });
    }

    @Test
    void aContainerRunsOnWhileItsDiskIsFullAndItsLogIsWholeLinesAfterwards() {
        Path logs = disk().path().resolve("logs");
        Pod pod = NODE.pod("logging")
                .with(config -> config.setLogDirectory(logs.toString()))
                .run();
        PodContainer container = pod.container("main", NODE.busybox())
                .script("i=0; while true; do i=$((i+1)); echo \"line $i of many\"; "
                        + "[ -e /quick ] || sleep 0.01; done")
                .start();
        container.awaitLogLine("line 20 of many");
        disk().leave(0);
        assertThat(container.exec("sh", "-c", "sleep 1; echo fine")).isEqualTo("fine");
        container.shell("sleep 1");
        disk().empty();
        int seen = container.log().lines().size();
        io.berth.e2e.process.Waiting.until(
                "more lines", () -> container.log().lines().size() > seen + 20);
        // Each line was checked as it was read.
        assertThat(container.log().lines()).isNotEmpty();
        container.stop(0).remove();
    }

    @Test
    void whatAContainerWritesIsRefusedByTheKernelAndTheDaemonGoesOn() {
        PodContainer container = NODE.pod("writing")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
        container.execSync(60, "sh", "-c", "dd if=/dev/zero of=/file bs=64k 2>/dev/null");
        String reference = push("disk/other");
        Refusal.of(() -> NODE.pull(reference)).is(Code.RESOURCE_EXHAUSTED);
        assertThat(container.exec("echo", "fine")).isEqualTo("fine");
        container.stop(0).remove();
        NODE.pull(reference);
    }
}
