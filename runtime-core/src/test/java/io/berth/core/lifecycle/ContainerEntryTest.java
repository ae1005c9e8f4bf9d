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

class ContainerEntryTest {
    private static final ContainerState.Exited EXITED = new ContainerState.Exited(1, 2, 0, 0, false, "Completed", "");

    private static ContainerEntry entry() {
        Sandbox sandbox =
                new Sandbox("s", Configs.sandbox("pod"), "", SandboxState.READY, 1, List.of(), "", "/berth/s", 1);
        Container container = new Container(
                "c",
                "s",
                Configs.container("main", "sh"),
                "",
                "",
                1,
                new ContainerState.Created(),
                new ContainerUser(0, 0, List.of()),
                LinuxResources.NONE,
                "SIGTERM",
                "",
                "/berth/s/c");
        return new ContainerEntry(
                new SandboxEntry(new SandboxRecord(sandbox, SandboxNamespaces.NONE, "pod", ""), null), container, null);
    }

    @Test
    void anExitThatIsToldBeforeTheStartsAnswerIsKept() {
        ContainerEntry entry = entry();
        assertThat(entry.exited(EXITED)).isTrue();
        assertThat(entry.running(new ContainerState.Running(5, 1))).isFalse();
        assertThat(entry.container().state()).isEqualTo(EXITED);
    }

    @Test
    void theFirstToTellAnExitIsBelieved() {
        ContainerEntry entry = entry();
        assertThat(entry.running(new ContainerState.Running(5, 1))).isTrue();
        assertThat(entry.exited(EXITED)).isTrue();
        assertThat(entry.exited(new ContainerState.Exited(1, 3, 9, 0, false, "Error", "")))
                .isFalse();
        assertThat(entry.exited().getNow(null)).isEqualTo(EXITED);
    }
}
