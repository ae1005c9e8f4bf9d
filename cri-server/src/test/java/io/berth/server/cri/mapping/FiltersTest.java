package io.berth.server.cri.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.sandbox.Sandbox;
import io.berth.proto.cri.v1.ContainerFilter;
import io.berth.proto.cri.v1.ContainerStateValue;
import io.berth.proto.cri.v1.ContainerStatsFilter;
import io.berth.proto.cri.v1.PodSandboxFilter;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.PodSandboxStateValue;
import io.berth.proto.cri.v1.PodSandboxStatsFilter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiltersTest {
    private static final Sandbox SANDBOX = MappingTest.sandbox(SandboxMapping.toCore(
            MappingTest.POD.toBuilder()
                    .clearLabels()
                    .putLabels("app", "web")
                    .putLabels("tier", "")
                    .build(),
            "config"));
    private static final Container CONTAINER = MappingTest.container(ContainerMapping.toCore(
            MappingTest.CONTAINER.toBuilder()
                    .clearLabels()
                    .putLabels("app", "web")
                    .putLabels("tier", "")
                    .build(),
            "config"));

    @Test
    void anEmptyFilterTakesAll() {
        assertThat(takes(PodSandboxFilter.newBuilder())).isTrue();
        assertThat(takes(ContainerFilter.newBuilder())).isTrue();
        assertThat(Filters.containers(ContainerStatsFilter.getDefaultInstance()).test(CONTAINER))
                .isTrue();
        assertThat(Filters.sandboxes(PodSandboxStatsFilter.getDefaultInstance()).test(SANDBOX))
                .isTrue();
    }

    @Test
    void idsMatchByPrefix() {
        assertThat(takes(PodSandboxFilter.newBuilder().setId("5a5a"))).isTrue();
        assertThat(takes(PodSandboxFilter.newBuilder().setId(SANDBOX.id()))).isTrue();
        assertThat(takes(PodSandboxFilter.newBuilder().setId("a5"))).isFalse();
        assertThat(takes(ContainerFilter.newBuilder().setId("c0c"))).isTrue();
        assertThat(takes(ContainerFilter.newBuilder().setId("0c"))).isFalse();
        assertThat(takes(ContainerFilter.newBuilder().setPodSandboxId("5a"))).isTrue();
        assertThat(takes(ContainerFilter.newBuilder().setPodSandboxId("5b"))).isFalse();
    }

    @Test
    void statesMatch() {
        assertThat(takes(PodSandboxFilter.newBuilder().setState(pod(PodSandboxState.SANDBOX_READY))))
                .isTrue();
        assertThat(takes(PodSandboxFilter.newBuilder().setState(pod(PodSandboxState.SANDBOX_NOTREADY))))
                .isFalse();
        ContainerFilter.Builder created = ContainerFilter.newBuilder().setState(ContainerStateValue.newBuilder());
        assertThat(takes(created)).as("CREATED is 0 and must still be a wish").isFalse();
        assertThat(Filters.containers(created.build()).test(CONTAINER.withState(new ContainerState.Created())))
                .isTrue();
    }

    @Test
    void everyLabelMustMatch() {
        assertThat(takes(PodSandboxFilter.newBuilder().putAllLabelSelector(Map.of("app", "web", "tier", ""))))
                .isTrue();
        assertThat(takes(PodSandboxFilter.newBuilder().putAllLabelSelector(Map.of("app", "web", "zone", ""))))
                .isFalse();
        assertThat(takes(ContainerFilter.newBuilder().putLabelSelector("app", "we")))
                .isFalse();
        assertThat(takes(ContainerFilter.newBuilder().putLabelSelector("app", "web")))
                .isTrue();
    }

    @Test
    void allThatIsSetMustMatch() {
        assertThat(takes(ContainerFilter.newBuilder().setId("c0").putLabelSelector("app", "db")))
                .isFalse();
    }

    private static PodSandboxStateValue pod(PodSandboxState state) {
        return PodSandboxStateValue.newBuilder().setState(state).build();
    }

    private static boolean takes(PodSandboxFilter.Builder filter) {
        return Filters.sandboxes(filter.build()).test(SANDBOX);
    }

    private static boolean takes(ContainerFilter.Builder filter) {
        return Filters.containers(filter.build()).test(CONTAINER);
    }
}
