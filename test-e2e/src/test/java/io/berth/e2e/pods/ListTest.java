package io.berth.e2e.pods;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.Container;
import io.berth.proto.cri.v1.ContainerFilter;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ContainerStateValue;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.PodSandbox;
import io.berth.proto.cri.v1.PodSandboxFilter;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.PodSandboxStateValue;
import io.berth.proto.cri.v1.StreamPodSandboxesRequest;
import io.berth.proto.cri.v1.StreamPodSandboxesResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ListTest {
    private static final Map<String, String> NOTES =
            Map.of("plain", "value", "example.org/odd key", "päper ✓\n\t\"'{}", "empty", "");

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static List<String> pods(Consumer<PodSandboxFilter.Builder> filter) {
        PodSandboxFilter.Builder asked = PodSandboxFilter.newBuilder();
        filter.accept(asked);
        ListPodSandboxRequest request =
                ListPodSandboxRequest.newBuilder().setFilter(asked).build();
        return NODE.client().runtime().listPodSandbox(request).getItemsList().stream()
                .map(PodSandbox::getId)
                .toList();
    }

    private static List<String> containers(Consumer<ContainerFilter.Builder> filter) {
        ContainerFilter.Builder asked = ContainerFilter.newBuilder();
        filter.accept(asked);
        ListContainersRequest request =
                ListContainersRequest.newBuilder().setFilter(asked).build();
        return NODE.client().runtime().listContainers(request).getContainersList().stream()
                .map(Container::getId)
                .toList();
    }

    private static PodSandboxStateValue podState(PodSandboxState state) {
        return PodSandboxStateValue.newBuilder().setState(state).build();
    }

    @Test
    void podsAreFilteredByIdStateAndLabels() {
        Pod red = NODE.pod("red")
                .with(config -> config.putLabels("colour", "red").putLabels("kind", "x"))
                .run();
        Pod blue = NODE.pod("blue")
                .with(config -> config.putLabels("colour", "blue").putLabels("kind", "x"))
                .run();
        blue.stop();
        assertThat(pods(filter -> {})).containsExactlyInAnyOrder(red.id(), blue.id());
        assertThat(pods(filter -> filter.setId(red.id()))).containsExactly(red.id());
        assertThat(pods(filter -> filter.setId(red.id().substring(0, 12)))).containsExactly(red.id());
        assertThat(pods(filter -> filter.setId("ffff00000000"))).isEmpty();
        assertThat(pods(filter -> filter.setState(podState(PodSandboxState.SANDBOX_READY))))
                .containsExactly(red.id());
        assertThat(pods(filter -> filter.setState(podState(PodSandboxState.SANDBOX_NOTREADY))))
                .containsExactly(blue.id());
        assertThat(pods(filter -> filter.putLabelSelector("kind", "x"))).hasSize(2);
        assertThat(pods(filter -> filter.putLabelSelector("kind", "x").putLabelSelector("colour", "blue")))
                .containsExactly(blue.id());
        assertThat(pods(filter -> filter.putLabelSelector("colour", "green"))).isEmpty();
    }

    @Test
    void containersAreFilteredByIdPodStateAndLabels() {
        Pod pod = NODE.pod("listed").run();
        PodContainer created = pod.container("created", NODE.busybox())
                .with(config -> config.putLabels("role", "a"))
                .create();
        PodContainer running = pod.container("running", NODE.busybox())
                .command("sleep", "100")
                .with(config -> config.putLabels("role", "b"))
                .start();
        Pod other = NODE.pod("other").run();
        PodContainer elsewhere = other.container("created", NODE.busybox()).create();
        assertThat(containers(filter -> {})).containsExactlyInAnyOrder(created.id(), running.id(), elsewhere.id());
        assertThat(containers(filter -> filter.setPodSandboxId(pod.id())))
                .containsExactlyInAnyOrder(created.id(), running.id());
        assertThat(containers(filter -> filter.setPodSandboxId(other.id().substring(0, 12))))
                .containsExactly(elsewhere.id());
        assertThat(containers(filter ->
                        filter.setState(ContainerStateValue.newBuilder().setState(ContainerState.CONTAINER_RUNNING))))
                .containsExactly(running.id());
        assertThat(containers(filter -> filter.putLabelSelector("role", "a"))).containsExactly(created.id());
        assertThat(containers(filter -> filter.setId(running.id()).putLabelSelector("role", "a")))
                .isEmpty();
    }

    @Test
    void labelsAndAnnotationsComeBackByteForByte() {
        Pod pod = NODE.pod("noted")
                .with(config -> config.putAllLabels(NOTES).putAllAnnotations(NOTES))
                .run();
        PodContainer container = pod.container("main", NODE.busybox())
                .with(config -> config.putAllLabels(NOTES).putAllAnnotations(NOTES))
                .create();
        for (String when : List.of("at once", "after a restart")) {
            assertThat(pod.status().getLabelsMap()).as(when).isEqualTo(NOTES);
            assertThat(pod.status().getAnnotationsMap()).as(when).isEqualTo(NOTES);
            assertThat(container.status().getLabelsMap()).as(when).isEqualTo(NOTES);
            assertThat(container.status().getAnnotationsMap()).as(when).isEqualTo(NOTES);
            assertThat(pod.status().getMetadata())
                    .as(when)
                    .isEqualTo(pod.config().getMetadata());
            NODE.daemon().kill();
            NODE.daemon().start();
        }
    }

    @Test
    void aListTooLargeForOneMessageComesAsAStream() {
        String bulk = "x".repeat(240_000);
        int count = 75;
        for (int i = 0; i < count; i++) {
            NODE.pod("bulk-" + i)
                    .hostNetwork()
                    .with(config -> config.putAnnotations("bulk", bulk))
                    .run();
        }
        List<Integer> sizes = new ArrayList<>();
        List<String> ids = new ArrayList<>();
        NODE.client()
                .runtime()
                .streamPodSandboxes(StreamPodSandboxesRequest.getDefaultInstance())
                .forEachRemaining((StreamPodSandboxesResponse message) -> {
                    ByteString bytes = message.toByteString();
                    sizes.add(bytes.size());
                    message.getPodSandboxesList().forEach(pod -> ids.add(pod.getId()));
                });
        assertThat(ids).doesNotHaveDuplicates().hasSize(count);
        assertThat(sizes).allMatch(size -> size <= 16 << 20);
        for (String id : ids) {
            new Pod(NODE.client(), id, NODE.pod("bulk").config()).remove();
        }
    }
}
