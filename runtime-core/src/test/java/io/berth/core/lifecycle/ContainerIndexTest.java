package io.berth.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.core.Configs;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.container.ContainerUser;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.state.SandboxRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContainerIndexTest {
    private final ContainerIndex index = new ContainerIndex();
    private final SandboxEntry sandbox = sandbox("s1");

    @Test
    void theContainersOfASandboxAreToldNewestFirst() {
        ContainerEntry second = container(sandbox, "b", 2);
        ContainerEntry first = container(sandbox, "a", 1);
        ContainerEntry third = container(sandbox, "c", 3);
        ContainerEntry another = container(sandbox("s2"), "d", 4);
        List.of(second, first, third, another).forEach(index::put);

        assertThat(index.of("s1")).containsExactly(third, second, first);
        assertThat(index.of("s2")).containsExactly(another);
        assertThat(index.of("s")).isEmpty();
        assertThat(index.all()).containsExactlyInAnyOrder(first, second, third, another);
    }

    @Test
    void nothingIsLeftOfARemovedContainer() {
        ContainerEntry first = container(sandbox, "a", 1);
        ContainerEntry second = container(sandbox, "b", 2);
        index.put(first);
        index.put(second);

        index.remove(second);
        assertThat(index.of("s1")).containsExactly(first);
        assertThat(index.find("b")).isEmpty();
        index.remove(first);
        assertThat(index.of("s1")).isEmpty();
        assertThat(index.all()).isEmpty();
    }

    @Test
    void aContainerThatIsPutAgainIsThereOnce() {
        ContainerEntry entry = container(sandbox, "a", 1);
        index.put(entry);
        index.put(entry);

        assertThat(index.of("s1")).containsExactly(entry);
    }

    private static SandboxEntry sandbox(String id) {
        Sandbox sandbox =
                new Sandbox(id, Configs.sandbox("pod"), "", SandboxState.READY, 1, List.of(), "", "/berth/s", 1);
        return new SandboxEntry(new SandboxRecord(sandbox, SandboxNamespaces.NONE, "pod", ""), null);
    }

    private static ContainerEntry container(SandboxEntry sandbox, String id, long createdAt) {
        Container container = new Container(
                id,
                sandbox.id(),
                Configs.container("main", "sh"),
                "",
                "",
                createdAt,
                new ContainerState.Created(),
                new ContainerUser(0, 0, List.of()),
                LinuxResources.NONE,
                "SIGTERM",
                "",
                "/berth/s/c");
        return new ContainerEntry(sandbox, container, null);
    }
}
