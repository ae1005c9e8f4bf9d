package io.berth.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.sql.PreparedStatement;
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

    /** As Jackson's databind wrote them, in tables of version 1, until November 2026. */
    @Test
    void recordsOfAnEarlierBerthAreRead() throws Exception {
        String sandbox = """
                {"sandbox":{"id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",\
                "config":{"metadata":{"name":"pod","uid":"uid-of-pod","namespace":"default","attempt":0},\
                "hostname":"pod","logDirectory":"","dns":null,"ports":[],"labels":{"app":"pod"},"annotations":{},\
                "cgroupParent":"","security":{"namespaces":{"network":"POD","pid":"CONTAINER","ipc":"POD",\
                "targetId":"","userNamespace":null},"selinux":{"user":"","role":"","type":"","level":"",\
                "empty":true},"runAsUser":null,"runAsGroup":null,"readonlyRootFilesystem":false,\
                "supplementalGroups":[],"supplementalGroupsPolicy":"MERGE","privileged":false,"seccomp":null,\
                "apparmor":null},"sysctls":{},"overhead":null,"resources":null},"runtimeHandler":"","state":"READY",\
                "createdAt":12,"addresses":["10.0.0.1","fd00::1"],"networkNamespace":"/proc/1/ns/net",\
                "cgroupParent":"/berth/a","shimPid":34},"namespaces":{"network":"/proc/1/ns/net","ipc":"","uts":"",\
                "pid":"","user":""},"hostname":"pod","topmostCgroup":"/berth"}""";
        String container = """
                {"container":{"id":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",\
                "sandboxId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",\
                "config":{"metadata":{"name":"main","attempt":0},"image":{"image":"busybox","annotations":{},\
                "userSpecifiedImage":"","runtimeHandler":"","imageReference":""},"command":["sh","-c","\u00e4\\n\\"'"],\
                "arguments":[],"workingDirectory":"","environment":[],"mounts":[],"devices":[],"labels":{},\
                "annotations":{},"logPath":"main.log","standardInput":false,"standardInputOnce":false,\
                "terminal":false,"resources":{"cpuPeriod":0,"cpuQuota":0,"cpuShares":0,"memoryLimitBytes":0,\
                "memorySwapLimitBytes":0,"oomScoreAdj":0,"cpusetCpus":"","cpusetMems":"","hugepageLimits":[],\
                "unified":{}},"security":{"capabilities":{"add":[],"drop":[],"addAmbient":[]},"privileged":false,\
                "namespaces":{"network":"POD","pid":"POD","ipc":"POD","targetId":"","userNamespace":null},\
                "selinux":{"user":"","role":"","type":"","level":"","empty":true},"runAsUser":null,\
                "runAsGroup":null,"runAsUserName":"","readonlyRootFilesystem":false,"supplementalGroups":[],\
                "supplementalGroupsPolicy":"MERGE","noNewPrivileges":false,"maskedPaths":null,"readonlyPaths":null,\
                "seccomp":null,"apparmor":null},"cdiDevices":[],"stopSignal":""},"imageId":"sha256:1",\
                "imageReference":"x@sha256:2","createdAt":99,"state":{"state":"exited","startedAt":1,"finishedAt":2,\
                "exitCode":137,"signal":9,"oomKilled":true,"reason":"OOMKilled","message":"why"},"user":{"uid":1,\
                "gid":2,"supplementalGroups":[3]},"resources":{"cpuPeriod":1,"cpuQuota":2,"cpuShares":3,\
                "memoryLimitBytes":4,"memorySwapLimitBytes":5,"oomScoreAdj":6,"cpusetCpus":"0","cpusetMems":"0-1",\
                "hugepageLimits":[{"pageSize":"2MB","limitBytes":7}],"unified":{"memory.high":"8"}},\
                "stopSignal":"SIGTERM","logPath":"/log","cgroupPath":"/berth/a/c"}}""";
        Path file = directory.resolve("state.db");
        try (Connection earlier = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = earlier.createStatement()) {
            statement.execute("CREATE TABLE sandboxes (id TEXT PRIMARY KEY, name TEXT NOT NULL, record TEXT NOT NULL)"
                    + " WITHOUT ROWID");
            statement.execute("CREATE TABLE containers (id TEXT PRIMARY KEY, sandbox_id TEXT NOT NULL,"
                    + " name TEXT NOT NULL, record TEXT NOT NULL) WITHOUT ROWID");
            statement.execute("CREATE INDEX containers_by_sandbox ON containers (sandbox_id)");
            statement.execute("PRAGMA user_version = 1");
            try (PreparedStatement putSandbox = earlier.prepareStatement("INSERT INTO sandboxes VALUES (?, 'pod', ?)");
                    PreparedStatement putContainer =
                            earlier.prepareStatement("INSERT INTO containers VALUES (?, ?, 'main', ?)")) {
                putSandbox.setString(1, SANDBOX.sandbox().id());
                putSandbox.setString(2, sandbox);
                putSandbox.execute();
                putContainer.setString(1, "c".repeat(64));
                putContainer.setString(2, SANDBOX.sandbox().id());
                putContainer.setString(3, container);
                putContainer.execute();
            }
        }
        try (StateStore store = StateStore.open(file)) {
            assertThat(store.sandboxes()).containsExactly(SANDBOX);
            assertThat(store.containers())
                    .containsExactly(container(new ContainerState.Exited(1, 2, 137, 9, true, "OOMKilled", "why")));
            store.put(container(new ContainerState.Created()));
            store.deleteSandbox(SANDBOX.sandbox().id());
        }
        try (StateStore store = StateStore.open(file)) {
            assertThat(store.sandboxes()).isEmpty();
            assertThat(store.containers()).containsExactly(container(new ContainerState.Created()));
        }
    }

    @Test
    void aDatabaseOfANewerBerthIsRefused() throws Exception {
        Path file = directory.resolve("state.db");
        try (Connection newer = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = newer.createStatement()) {
            statement.execute("PRAGMA user_version = 3");
        }
        assertThatThrownBy(() -> StateStore.open(file))
                .hasMessageContaining("newer Berth (schema 3, this one knows 2)");
    }

    @Test
    void aRecordNeverTakesThePlaceOfAnotherOne() throws Exception {
        Path file = directory.resolve("state.db");
        try (StateStore store = StateStore.open(file)) {
            store.put(SANDBOX);
        }
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("UPDATE sandboxes SET id = 'another with the same key'");
        }
        try (StateStore store = StateStore.open(file)) {
            assertThatThrownBy(() -> store.put(SANDBOX)).hasMessageContaining("has the key of " + "a".repeat(64));
        }
    }

    @Test
    void aRecordThatCannotBeReadIsPassedOver() throws Exception {
        Path file = directory.resolve("state.db");
        try (StateStore store = StateStore.open(file)) {
            store.put(SANDBOX);
        }
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = other.createStatement()) {
            statement.execute("INSERT INTO sandboxes VALUES (1, 'torn', '{\"sandbox\":{')");
            statement.execute("INSERT INTO sandboxes VALUES (2, 'strange', '{\"sandbox\":[]}')");
        }
        try (StateStore store = StateStore.open(file)) {
            assertThat(store.sandboxes()).containsExactly(SANDBOX);
        }
    }
}
