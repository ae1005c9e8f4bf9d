package io.berth.e2e.events;

import static io.berth.proto.cri.v1.ContainerEventType.CONTAINER_CREATED_EVENT;
import static io.berth.proto.cri.v1.ContainerEventType.CONTAINER_DELETED_EVENT;
import static io.berth.proto.cri.v1.ContainerEventType.CONTAINER_STARTED_EVENT;
import static io.berth.proto.cri.v1.ContainerEventType.CONTAINER_STOPPED_EVENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.node.Node;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.proto.cri.v1.ContainerEventResponse;
import io.berth.proto.cri.v1.ContainerEventType;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.PodSandboxStatusRequest;
import io.grpc.Status.Code;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EventTest {
    private static final List<ContainerEventType> LIFE =
            List.of(CONTAINER_CREATED_EVENT, CONTAINER_STARTED_EVENT, CONTAINER_STOPPED_EVENT, CONTAINER_DELETED_EVENT);

    @RegisterExtension
    static final Node NODE = Node.standard();

    private static List<ContainerEventType> of(String id, List<ContainerEventResponse> events) {
        return events.stream()
                .filter(event -> event.getContainerId().equals(id))
                .map(ContainerEventResponse::getContainerEventType)
                .toList();
    }

    @Test
    void theLifeOfAPodIsToldInOrder() {
        try (EventReader reader = EventReader.subscribe(NODE.client()).read()) {
            Pod pod = NODE.pod("told").run();
            PodContainer container =
                    pod.container("main", NODE.busybox()).script("exit 7").start();
            container.awaitExit();
            reader.await(5);
            container.remove();
            pod.stop().remove();
            List<ContainerEventResponse> events = reader.await(8);
            assertThat(events)
                    .extracting(ContainerEventResponse::getContainerId, ContainerEventResponse::getContainerEventType)
                    .containsExactly(
                            Tuple.tuple(pod.id(), CONTAINER_CREATED_EVENT),
                            Tuple.tuple(pod.id(), CONTAINER_STARTED_EVENT),
                            Tuple.tuple(container.id(), CONTAINER_CREATED_EVENT),
                            Tuple.tuple(container.id(), CONTAINER_STARTED_EVENT),
                            Tuple.tuple(container.id(), CONTAINER_STOPPED_EVENT),
                            Tuple.tuple(container.id(), CONTAINER_DELETED_EVENT),
                            Tuple.tuple(pod.id(), CONTAINER_STOPPED_EVENT),
                            Tuple.tuple(pod.id(), CONTAINER_DELETED_EVENT));
            assertThat(events).extracting(ContainerEventResponse::getCreatedAt).isSorted();
            assertThat(events)
                    .allMatch(event ->
                            event.getPodSandboxStatus().getMetadata().getName().equals("told"));
        }
    }

    @Test
    void anEventHasThePodAsItWasThen() {
        try (EventReader reader = EventReader.subscribe(NODE.client()).read()) {
            Pod pod = NODE.pod("told").run();
            PodContainer container =
                    pod.container("main", NODE.busybox()).script("exit 7").start();
            container.awaitExit();
            ContainerEventResponse stopped = reader.await(5).get(4);
            assertThat(stopped.getPodSandboxStatus().getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
            assertThat(stopped.getPodSandboxStatus().getNetwork().getIp()).isEqualTo(pod.address());
            assertThat(stopped.getContainersStatusesList()).hasSize(1);
            assertThat(stopped.getContainersStatuses(0).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
            assertThat(stopped.getContainersStatuses(0).getExitCode()).isEqualTo(7);
        }
    }

    @Test
    void theNewestContainerOfANameIsToldFirst() {
        try (EventReader reader = EventReader.subscribe(NODE.client()).read()) {
            Pod pod = NODE.pod("told").run();
            List<String> newestFirst = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int attempt = i;
                newestFirst.addFirst(pod.container("main", NODE.busybox())
                        .with(config -> config.setMetadata(
                                config.getMetadata().toBuilder().setAttempt(attempt)))
                        .create()
                        .id());
            }
            assertThat(reader.await(8).get(7).getContainersStatusesList())
                    .extracting(ContainerStatus::getId)
                    .isEqualTo(newestFirst);
            assertThat(NODE.client()
                            .runtime()
                            .podSandboxStatus(PodSandboxStatusRequest.newBuilder()
                                    .setPodSandboxId(pod.id())
                                    .build())
                            .getContainersStatusesList())
                    .extracting(ContainerStatus::getId)
                    .isEqualTo(newestFirst);
        }
    }

    @Test
    void nothingIsLostOfManyContainersByAnyReader() {
        try (EventReader first = EventReader.subscribe(NODE.client()).read();
                EventReader second = EventReader.subscribe(NODE.client()).read()) {
            Pod pod = NODE.pod("told").run();
            List<PodContainer> containers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                containers.add(pod.container("short-" + i, NODE.busybox())
                        .script("exit 0")
                        .start());
            }
            containers.forEach(PodContainer::awaitExit);
            containers.forEach(PodContainer::remove);
            pod.stop().remove();
            List<ContainerEventResponse> events = first.await(21 * 4);
            assertThat(events).hasSize(21 * 4);
            containers.forEach(
                    container -> assertThat(of(container.id(), events)).isEqualTo(LIFE));
            assertThat(second.await(21 * 4)).isEqualTo(events);
        }
    }

    @Test
    void aReaderThatDoesNotReadIsEndedAndTheOthersGoOn() {
        // Events of this size fill the connection's window at once; the daemon keeps 1024 more.
        String large = "x".repeat(60_000);
        int pairs = 600;
        // A connection of its own: one that is full of what nobody reads holds up all its streams.
        try (CriClient connection = new CriClient(NODE.daemon().config().socket());
                EventReader slow = EventReader.subscribe(connection);
                EventReader other = EventReader.subscribe(NODE.client()).read()) {
            Pod pod = NODE.pod("told")
                    .with(config -> config.putAnnotations("large", large))
                    .run();
            for (int i = 0; i < pairs; i++) {
                pod.container("brief", NODE.busybox()).create().remove();
            }
            assertThat(other.await(2 + 2 * pairs)).hasSize(2 + 2 * pairs);
            assertThat(slow.read().awaitEnd().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
            pod.stop().remove();
            assertThat(other.await(4 + 2 * pairs)).hasSize(4 + 2 * pairs);
        }
    }
}
