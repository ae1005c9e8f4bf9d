package io.berth.e2e.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.process.Waiting;
import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;

/** What a limit of writable layers must do, whoever keeps it. */
public abstract class LayerLimitContract {
    /** As the daemon's setting has it. */
    protected static final String LIMIT = "\"8MiB\"";

    private static final long LIMIT_BYTES = 8L << 20;
    private static final String FILL = "dd if=/dev/urandom of=/file bs=64k count=%d conv=fsync 2>&1; stat -c %%s /file";

    /** With the limit set. */
    protected abstract Node node();

    private static final String ANNOTATION = "io.berth/writable-layer-limit";

    private static PodContainer sleeping(Pod pod, String name, String image) {
        return pod.container(name, image).command("sleep", "1000").start();
    }

    private static long written(String output) {
        return Long.parseLong(output.substring(output.lastIndexOf('\n') + 1));
    }

    @Test
    void aContainerWritesUntilItsLimitAndNoOtherIsHarmed() {
        Pod pod = node().pod("limited").run();
        PodContainer greedy = sleeping(pod, "greedy", node().busybox());
        PodContainer modest = sleeping(pod, "modest", node().busybox());
        String output = greedy.shell(FILL.formatted(400));
        assertThat(output).containsAnyOf("No space left on device", "Disk quota exceeded", "Quota exceeded");
        assertThat(written(output)).isBetween(LIMIT_BYTES / 2, LIMIT_BYTES);
        assertThat(written(modest.shell(FILL.formatted(60)))).isEqualTo(60L << 16);
        Waiting.until("space after a removal", () -> {
            greedy.shell("rm -f /file; sync");
            return written(greedy.shell(FILL.formatted(40))) == 40L << 16;
        });
    }

    @Test
    void anAnnotationLowersTheLimitOfOneContainerAndRaisesNone() {
        Pod pod = node().pod("annotated")
                .with(config -> config.putAnnotations(ANNOTATION + ".small", "2Mi"))
                .run();
        PodContainer small = sleeping(pod, "small", node().busybox());
        PodContainer usual = sleeping(pod, "usual", node().busybox());
        assertThat(written(small.shell(FILL.formatted(60)))).isBetween(1L << 20, 2L << 20);
        assertThat(written(usual.shell(FILL.formatted(60)))).isEqualTo(60L << 16);
        Refusal.of(() -> pod.container("large", node().busybox())
                        .with(config -> config.putAnnotations(ANNOTATION, "1Gi"))
                        .create())
                .is(Code.INVALID_ARGUMENT)
                .saying("1073741824 bytes", "at most " + LIMIT_BYTES, "images.writable_layer_limit");
        Refusal.of(() -> pod.container("odd", node().busybox())
                        .with(config -> config.putAnnotations(ANNOTATION, "much"))
                        .create())
                .is(Code.INVALID_ARGUMENT)
                .saying(ANNOTATION + " = \"much\"");
    }

    @Test
    void theLimitHoldsOnAfterARestartAndUsageIsToldAsItIs() {
        Pod pod = node().pod("restarted").run();
        PodContainer container = sleeping(pod, "main", node().busybox());
        container.shell(FILL.formatted(64));
        Waiting.until(
                "4 MiB to be counted",
                () -> Math.abs(container
                                        .statistics()
                                        .getWritableLayer()
                                        .getUsedBytes()
                                        .getValue()
                                - (4L << 20))
                        < 256 << 10);
        node().daemon().kill();
        node().daemon().start();
        assertThat(container.shell("dd if=/dev/urandom of=/more bs=64k count=100 conv=fsync 2>&1 || true"))
                .containsAnyOf("No space left on device", "Disk quota exceeded", "Quota exceeded");
        PodContainer later = sleeping(pod, "later", node().busybox());
        assertThat(written(later.shell(FILL.formatted(60)))).isEqualTo(60L << 16);
        assertThat(written(later.shell(FILL.formatted(400)))).isLessThanOrEqualTo(LIMIT_BYTES);
    }
}
