package io.berth.e2e.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.e2e.node.LockedStore;
import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.ContainerPlan;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.LinuxContainerResources;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Updates as far as they need no controller; the virtual machine's checks show those of cgroup files. */
class ResourceUpdateTest {
    private static final String FIRST = "/proc/1/oom_score_adj";
    private static final String EVERY = "cat /proc/[0-9]*/oom_score_adj | sort -u";

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static ContainerPlan plan() {
        return NODE.pod("updated")
                .run()
                .container("main", NODE.busybox())
                .script("sleep 1000 & sleep 1001 & wait")
                .resources(resources -> resources.setOomScoreAdj(300));
    }

    private static LinuxContainerResources reported(PodContainer container) {
        return container.status().getResources().getLinux();
    }

    @Test
    void everyProcessOfTheContainerGetsTheNewScoreAndWhatIsStartedInItToo() {
        PodContainer container = plan().start();
        container.update(limits -> limits.setOomScoreAdj(700));
        assertThat(container.shell(EVERY)).isEqualTo("700");
        assertThat(reported(container).getOomScoreAdj()).isEqualTo(700);
        container.update(limits -> limits.setOomScoreAdj(500));
        assertThat(container.shell(EVERY)).isEqualTo("500");
    }

    private static String specification(PodContainer container) {
        Path file = NODE.daemon()
                .config()
                .runDirectory()
                .resolve("containers")
                .resolve(container.id())
                .resolve("config.json");
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void theSpecificationSaysTheNewLimitsAndTheSameDevices() {
        PodContainer container =
                plan().resources(resources -> resources.setCpuShares(100)).start();
        String devices = specification(container).replaceFirst(".*(\"resources\":\\{\"devices\":\\[[^]]*]).*", "$1");
        container.update(limits -> limits.setCpuShares(512).setMemoryLimitInBytes(64 << 20));
        assertThat(specification(container))
                .contains(devices + ",\"memory\":{\"limit\":67108864}", "\"cpu\":{\"shares\":512}");
    }

    @Test
    void aScoreOutlivesTheDaemon() {
        PodContainer container = plan().start();
        container.update(limits -> limits.setOomScoreAdj(700));
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(container.shell(EVERY)).isEqualTo("700");
        assertThat(reported(container).getOomScoreAdj()).isEqualTo(700);
    }

    @Test
    void aContainerThatWasUpdatedBeforeItsStartStartsSo() {
        PodContainer container = plan().create();
        container.update(limits -> limits.setOomScoreAdj(700));
        assertThat(container.start().exec("cat", FIRST)).isEqualTo("700");
    }

    @Test
    void aContainerThatWasUpdatedBeforeItsStartStartsSoUnderTheNextDaemon() {
        PodContainer container = plan().create();
        container.update(limits -> limits.setOomScoreAdj(700));
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(container.start().exec("cat", FIRST)).isEqualTo("700");
    }

    @Test
    void anUpdateThatCannotBeRecordedChangesNothing() {
        PodContainer container = plan().start();
        String before = specification(container);
        try (LockedStore _ = LockedStore.of(NODE)) {
            assertThatThrownBy(() -> container.update(limits -> limits.setOomScoreAdj(700)))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("recording the container");
        }
        assertThat(specification(container)).isEqualTo(before);
        assertThat(container.shell(EVERY)).isEqualTo("300");
        assertThat(reported(container).getOomScoreAdj()).isEqualTo(300);
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(container.shell(EVERY)).isEqualTo("300");
    }

    @Test
    void limitsThatContradictEachOtherAreRefused() {
        PodContainer container = plan().start();
        for (LinuxContainerResources limits : List.of(
                LinuxContainerResources.newBuilder().setCpuPeriod(10).build(),
                LinuxContainerResources.newBuilder()
                        .setMemoryLimitInBytes(2000)
                        .setMemorySwapLimitInBytes(1000)
                        .build(),
                LinuxContainerResources.newBuilder().setOomScoreAdj(1001).build())) {
            Refusal.of(() -> container.update(builder -> builder.mergeFrom(limits)))
                    .is(Code.INVALID_ARGUMENT);
        }
        assertThat(container.shell(EVERY)).isEqualTo("300");
    }

    @Test
    void whatHasExitedUsesNothingThatCouldBeLimited() {
        PodContainer container = plan().start().stop(0);
        Refusal.of(() -> container.update(limits -> limits.setOomScoreAdj(700)))
                .is(Code.FAILED_PRECONDITION)
                .saying("has exited");
    }
}
