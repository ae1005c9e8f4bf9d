package io.berth.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.berth.core.Configs;
import io.berth.core.cgroup.HugepageLimit;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.container.ContainerUser;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.core.sandbox.SandboxState;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateStoreTest {
    @TempDir
    Path directory;

    private static final SandboxRecord SANDBOX = new SandboxRecord(
            new Sandbox(
                    "a".repeat(64),
                    Configs.sandbox("pod"),
                    "",
                    SandboxState.READY,
                    12,
                    List.of("10.0.0.1", "fd00::1"),
                    "/proc/1/ns/net",
                    "/berth/a",
                    34),
            new SandboxNamespaces("/proc/1/ns/net", "", "", "", ""),
            "pod",
            "/berth");

    private static ContainerRecord container(ContainerState state) {
        LinuxResources resources = new LinuxResources(
                1, 2, 3, 4, 5, 6, "0", "0-1", List.of(new HugepageLimit("2MB", 7)), Map.of("memory.high", "8"));
        return new ContainerRecord(new Container(
                "c".repeat(64),
                "a".repeat(64),
                Configs.container("main", "sh", "-c", "\u00e4\n\"'"),
                "sha256:1",
                "x@sha256:2",
                99,
                state,
                new ContainerUser(1, 2, List.of(3L)),
                resources,
                "SIGTERM",
                "/log",
                "/berth/a/c"));
    }

    static Stream<ContainerState> states() {
        return Stream.of(
                new ContainerState.Created(),
                new ContainerState.Running(5, 6),
                new ContainerState.Exited(1, 2, 137, 9, true, "OOMKilled", "why"),
                new ContainerState.Unknown("nobody knows"));
    }

    @ParameterizedTest
    @MethodSource("states")
    void recordsComeBackAsTheyWent(ContainerState state) {
        Path file = directory.resolve("state.db");
        try (StateStore store = StateStore.open(file)) {
            store.put(SANDBOX);
            store.put(container(state));
        }
        try (StateStore store = StateStore.open(file)) {
            assertThat(store.sandboxes()).containsExactly(SANDBOX);
            assertThat(store.containers()).containsExactly(container(state));
        }
    }

    @Test
    void aLaterWriteDoesNotBringBackWhatIsRemoved() {
        try (StateStore store = StateStore.open(directory.resolve("state.db"))) {
            store.put(container(new ContainerState.Created()));
            store.deleteContainer("c".repeat(64));
            store.putLater("c".repeat(64), () -> null);
        }
        try (StateStore store = StateStore.open(directory.resolve("state.db"))) {
            assertThat(store.containers()).isEmpty();
        }
    }

    @Test
    void whatWaitsIsWrittenBeforeTheEnd() {
        try (StateStore store = StateStore.open(directory.resolve("state.db"))) {
            store.putLater("c".repeat(64), () -> container(new ContainerState.Running(1, 2)));
        }
        try (StateStore store = StateStore.open(directory.resolve("state.db"))) {
            assertThat(store.containers()).containsExactly(container(new ContainerState.Running(1, 2)));
        }
    }

    @Test
    void theLastOfSeveralWishesForOneIdIsWritten() {
        try (StateStore store = StateStore.open(directory.resolve("state.db"))) {
            store.putLater("c".repeat(64), () -> container(new ContainerState.Running(1, 2)));
            store.putLater("c".repeat(64), () -> container(new ContainerState.Running(3, 4)));
            store.putSandboxLater(SANDBOX.sandbox().id(), () -> SANDBOX);
        }
        try (StateStore store = StateStore.open(directory.resolve("state.db"))) {
            assertThat(store.containers()).containsExactly(container(new ContainerState.Running(3, 4)));
            assertThat(store.sandboxes()).containsExactly(SANDBOX);
        }
    }

    @Test
    void whatWaitsIsWrittenWithoutAnEnd() throws Exception {
        Path file = directory.resolve("state.db");
        try (StateStore store = StateStore.open(file)) {
            store.putLater("c".repeat(64), () -> container(new ContainerState.Running(1, 2)));
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (store.containers().isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
        }
    }

    @Test
    void whatWaitsIsWrittenWhenAnotherProgramHasLetGoOfTheDatabase() throws Exception {
        Path file = directory.resolve("state.db");
        try (StateStore store = StateStore.open(file)) {
            try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                    Statement statement = other.createStatement()) {
                statement.execute("BEGIN IMMEDIATE");
                store.putLater("c".repeat(64), () -> container(new ContainerState.Running(1, 2)));
                Thread.sleep(300);
                assertThat(store.containers()).isEmpty();
            }
            long deadline = System.nanoTime() + 10_000_000_000L;
            while (store.containers().isEmpty()) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.sleep(10);
            }
        }
    }
}
