package io.berth.core.nri;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.PodSandbox;
import io.berth.proto.nri.v1alpha1.SynchronizeRequest;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SynchronizationTest {
    private static List<PodSandbox> pods(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        number -> PodSandbox.newBuilder().setId("pod-" + number).build())
                .toList();
    }

    private static List<Container> containers(int count, int size) {
        return IntStream.range(0, count)
                .mapToObj(number -> Container.newBuilder()
                        .setId("container-" + number)
                        .addArgs("x".repeat(size))
                        .build())
                .toList();
    }

    @Test
    void nothingIsStillOnePartThatIsTheLast() {
        List<SynchronizeRequest> parts = Synchronization.parts(List.of(), List.of(), 1000);
        assertThat(parts).containsExactly(SynchronizeRequest.getDefaultInstance());
    }

    @Test
    void everythingIsToldOnceAndInOrderAndNoPartIsTooLong() {
        List<PodSandbox> pods = pods(40);
        List<Container> containers = containers(300, 100);
        List<SynchronizeRequest> parts = Synchronization.parts(pods, containers, 2000);
        assertThat(parts).hasSizeGreaterThan(10);
        assertThat(parts)
                .allSatisfy(part -> assertThat(part.getSerializedSize()).isLessThanOrEqualTo(2000));
        assertThat(parts.stream().flatMap(part -> part.getPodsList().stream())).containsExactlyElementsOf(pods);
        assertThat(parts.stream().flatMap(part -> part.getContainersList().stream()))
                .containsExactlyElementsOf(containers);
        assertThat(parts.subList(0, parts.size() - 1)).allMatch(SynchronizeRequest::getMore);
        assertThat(parts.getLast().getMore()).isFalse();
    }

    @Test
    void whatIsLongerThanAPartIsAPartOfItsOwn() {
        List<SynchronizeRequest> parts = Synchronization.parts(List.of(), containers(3, 5000), 2000);
        assertThat(parts).extracting(SynchronizeRequest::getContainersCount).containsExactly(1, 1, 1);
    }
}
