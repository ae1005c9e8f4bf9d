package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.image.Busybox;
import io.berth.e2e.image.Layer;
import io.berth.e2e.image.TarWriter;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Command;
import io.berth.proto.cri.v1.FilesystemUsage;
import io.berth.proto.cri.v1.ImageFsInfoRequest;
import java.nio.file.Path;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ImageDiskTest {
    private static final int MEGABYTE = 1 << 20;

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static String pullLarge(String name) {
        byte[] noise = new byte[20 * MEGABYTE];
        new Random(7).nextBytes(noise);
        NODE.registry()
                .client()
                .push(
                        "disk/" + name,
                        "1",
                        Busybox.image()
                                .layer(Layer.of(tar -> write(tar, noise)))
                                .build());
        String reference = NODE.reference("disk/" + name + ":1");
        NODE.pull(reference);
        return reference;
    }

    private static void write(TarWriter tar, byte[] noise) {
        tar.file("noise", noise, 0644).directory("many", 0755);
        for (int i = 0; i < 1000; i++) {
            tar.file("many/" + i, "x");
        }
    }

    private static FilesystemUsage usage() {
        return NODE.client()
                .images()
                .imageFsInfo(ImageFsInfoRequest.getDefaultInstance())
                .getImageFilesystems(0);
    }

    private static long du(Path directory) {
        return Long.parseLong(
                Command.output("du", "-s", "-B1", directory.toString()).split("\t", -1)[0]);
    }

    @Test
    void theUsageIsWhatDuSays() {
        pullLarge("usage");
        FilesystemUsage usage = usage();
        Path root = Path.of(usage.getFsId().getMountpoint());
        assertThat(usage.getUsedBytes().getValue()).isCloseTo(du(root), Percentage.withPercentage(3));
        long inodes = Long.parseLong(
                Command.output("du", "-s", "--inodes", root.toString()).split("\t", -1)[0]);
        assertThat(usage.getInodesUsed().getValue()).isCloseTo(inodes, Percentage.withPercentage(5));
        assertThat(usage.getTimestamp()).isPositive();
    }

    @Test
    void removingAnImageFreesTheDisk() {
        Path state = NODE.daemon().config().stateDirectory();
        long before = du(state);
        long usedBefore = usage().getUsedBytes().getValue();
        String reference = pullLarge("removed");
        assertThat(du(state) - before).isGreaterThan(20 * MEGABYTE);
        NODE.removeImage(reference);
        assertThat(du(state) - before).isLessThan(MEGABYTE);
        assertThat(usage().getUsedBytes().getValue() - usedBefore).isLessThan(MEGABYTE);
    }

    @Test
    void anImageInUseGoesWhenItsContainerGoes() {
        Path state = NODE.daemon().config().stateDirectory();
        long before = du(state);
        String reference = pullLarge("used");
        PodContainer container = NODE.pod("using")
                .run()
                .container("main", reference)
                .command("sleep", "1000")
                .start();
        try {
            NODE.removeImage(reference);
        } catch (io.grpc.StatusRuntimeException refused) {
            assertThat(refused.getStatus().getCode()).isEqualTo(io.grpc.Status.Code.FAILED_PRECONDITION);
        }
        assertThat(container.exec("wc", "-c", "/noise")).startsWith(Integer.toString(20 * MEGABYTE));
        container.stop(0).remove();
        NODE.removeImage(reference);
        assertThat(du(state) - before).isLessThan(MEGABYTE);
    }

    @Test
    void whatAContainerWritesIsCounted() {
        PodContainer container = NODE.pod("writing")
                .run()
                .container("main", NODE.busybox())
                .command("sleep", "1000")
                .start();
        container.shell("dd if=/dev/zero of=/file bs=1M count=5 2>/dev/null && sync");
        io.berth.e2e.process.Waiting.until(
                "5 MiB in the writable layer",
                () -> container.statistics().getWritableLayer().getUsedBytes().getValue() >= 5L * MEGABYTE);
        assertThat(container.statistics().getWritableLayer().getInodesUsed().getValue())
                .isPositive();
    }
}
