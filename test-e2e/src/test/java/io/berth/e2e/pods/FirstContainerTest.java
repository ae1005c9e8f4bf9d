package io.berth.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.node.Node;
import io.berth.e2e.node.Refusal;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.grpc.Status.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A place for its first container is made with each pod: an id with a directory, a cgroup and a writable layer. It is
 * taken by that container, or goes with the pod; after each test {@link Node} looks that nothing of it is left.
 */
class FirstContainerTest {
    @RegisterExtension
    static final Node NODE = Node.standard();

    private static List<String> names(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> directories() {
        return names(NODE.daemon().config().runDirectory().resolve("containers"));
    }

    private static List<String> writableLayers() {
        return names(NODE.daemon().config().stateDirectory().resolve("images/snapshots"));
    }

    @Test
    void theFirstContainerTakesWhatWasMadeWithItsPodAndTheSecondHasItsOwn() {
        Pod pod = NODE.pod("two").run();
        List<String> place = directories();
        assertThat(place).hasSize(1).isEqualTo(writableLayers());
        PodContainer first = pod.container("first", NODE.busybox())
                .command("sleep", "100")
                .resources(resources -> resources.setOomScoreAdj(7))
                .start();
        assertThat(first.id()).isEqualTo(place.getFirst());
        PodContainer second =
                pod.container("second", NODE.busybox()).command("sleep", "100").start();
        assertThat(directories()).hasSize(2).contains(first.id(), second.id()).isEqualTo(writableLayers());
        assertThat(first.exec("cat", "/proc/1/oom_score_adj")).isEqualToIgnoringWhitespace("7");
        assertThat(second.exec("touch", "/written")).isEmpty();
        assertThat(first.exec("ls", "/")).doesNotContain("written");
        first.stop(0).remove();
        second.stop(0).remove();
        assertThat(directories()).isEmpty();
    }

    @Test
    void aPodThatHadNoContainerLeavesNoPlace() {
        Pod pod = NODE.pod("empty").run();
        assertThat(directories()).hasSize(1);
        pod.stop();
        assertThat(directories()).isEmpty();
        assertThat(writableLayers()).isEmpty();
        Refusal.of(() -> pod.container("late", NODE.busybox()).create()).is(Code.FAILED_PRECONDITION);
        assertThat(directories()).isEmpty();
        pod.remove();
    }

    @Test
    void aFirstContainerThatIsRefusedTakesThePlaceAlong() {
        Pod pod = NODE.pod("refused").run();
        Refusal.of(() -> pod.container("main", "example.invalid/absent:1").create())
                .is(Code.NOT_FOUND)
                .saying("example.invalid/absent:1");
        assertThat(directories()).isEmpty();
        assertThat(writableLayers()).isEmpty();
        PodContainer next =
                pod.container("main", NODE.busybox()).command("sleep", "100").start();
        assertThat(next.exec("echo", "works")).isEqualToIgnoringWhitespace("works");
    }

    @Test
    void thePlacesOfAKilledDaemonAreUndoneAndItsPodsGoOn() {
        Pod pod = NODE.pod("outlives").run();
        assertThat(directories()).hasSize(1);
        NODE.daemon().kill();
        NODE.daemon().start();
        assertThat(directories()).isEmpty();
        assertThat(writableLayers()).isEmpty();
        PodContainer first =
                pod.container("main", NODE.busybox()).command("sleep", "100").start();
        assertThat(directories()).containsExactly(first.id());
        assertThat(first.exec("echo", "works")).isEqualToIgnoringWhitespace("works");
    }
}
