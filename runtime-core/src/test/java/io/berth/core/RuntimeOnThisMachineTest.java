package io.berth.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.core.cgroup.MissingControllers;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.container.ExecResult;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.security.NamespaceMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * The runtime with the real shim, kernel and database. Needs root and a built shim; images and network are the test's.
 */
@EnabledIf("canRun")
class RuntimeOnThisMachineTest {
    private static final Path SHIM =
            Path.of("../native/target/shim/berth-shim").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    private BusyboxImages images;
    private NoNetwork network;
    private BerthRuntime runtime;

    static boolean canRun() {
        return "root".equals(System.getProperty("user.name"))
                && Files.isExecutable(SHIM)
                && Files.isExecutable(BusyboxImages.busybox());
    }

    @BeforeEach
    void open() throws IOException {
        Files.createDirectory(directory.resolve("state"));
        Files.createDirectory(directory.resolve("run"));
        images = new BusyboxImages(directory.resolve("images"));
        network = new NoNetwork();
        runtime = reopen();
    }

    private BerthRuntime reopen() {
        RuntimeConfig config = RuntimeConfig.of(directory.resolve("state"), directory.resolve("run"), SHIM)
                .withMissingControllers(MissingControllers.WARN);
        return BerthRuntime.open(config, images, network);
    }

    @AfterEach
    void removeAll() {
        runtime.sandboxes().forEach(sandbox -> runtime.removeSandbox(sandbox.id()));
        runtime.close();
    }

    private SandboxConfig logged(String name) {
        return Configs.sandbox(
                name,
                Configs.namespaces(NamespaceMode.CONTAINER),
                directory.resolve("logs").toString(),
                Map.of());
    }

    private String started(String sandbox, String name, String... command) {
        String id = runtime.createContainer(
                sandbox,
                Configs.container(name, Configs.security(Configs.namespaces(NamespaceMode.CONTAINER)), command),
                logged("pod"));
        runtime.startContainer(id);
        return id;
    }

    private ExecResult exec(String id, List<String> command, Duration timeout) {
        try {
            return runtime.execSync(id, command, timeout).toCompletableFuture().join();
        } catch (CompletionException failure) {
            throw (BerthException) failure.getCause();
        }
    }

    private ContainerState.Exited awaitExit(String id) {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (System.nanoTime() < end) {
            if (runtime.container(id).state() instanceof ContainerState.Exited exited) {
                return exited;
            }
            LockSupport.parkNanos(1_000_000);
        }
        throw new AssertionError("still " + runtime.container(id).state());
    }

    @Test
    void aPodRunsFromCreateToRemove() throws IOException {
        String sandbox = runtime.runSandbox(logged("pod"), "");
        assertThat(runtime.sandbox(sandbox).addresses()).containsExactly("10.9.8.7");
        String id = started(sandbox, "main", "sh", "-c", "echo hello from $HOSTNAME; exec sleep 100");

        ExecResult result = exec(id, List.of("sh", "-c", "echo out; echo err >&2; exit 3"), Duration.ZERO);
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(new String(result.standardOutput(), UTF_8)).isEqualTo("out\n");
        assertThat(new String(result.standardError(), UTF_8)).isEqualTo("err\n");

        runtime.stopContainer(id, Duration.ofSeconds(1));
        assertThat(awaitExit(id).exitCode()).isEqualTo(137);
        assertThat(directory.resolve("logs/main.log")).content().contains("stdout F hello from pod");

        runtime.removeContainer(id);
        runtime.stopSandbox(sandbox);
        assertThat(runtime.sandbox(sandbox).state()).isEqualTo(SandboxState.NOT_READY);
        runtime.removeSandbox(sandbox);

        assertThat(runtime.sandboxes()).isEmpty();
        assertThat(runtime.containers()).isEmpty();
        assertThat(network.attached).isEmpty();
        assertThat(images.snapshotKeys()).isEmpty();
        assertThat(sandboxDirectories()).isEmpty();
        assertThat(entries(directory.resolve("run/containers"))).isEmpty();
    }

    @Test
    void anExitIsToldWithItsCode() {
        String sandbox = runtime.runSandbox(logged("pod"), "");
        String id = started(sandbox, "main", "sh", "-c", "exit 7");
        ContainerState.Exited exited = awaitExit(id);
        assertThat(exited.exitCode()).isEqualTo(7);
        assertThat(exited.reason()).isEqualTo("Error");
        assertThat(exited.finishedAt()).isGreaterThanOrEqualTo(exited.startedAt());
    }

    @Test
    void aMissingProgramIsNamed() {
        String sandbox = runtime.runSandbox(logged("pod"), "");
        String id = runtime.createContainer(sandbox, Configs.container("main", "/bin/nope"), logged("pod"));
        assertThatThrownBy(() -> runtime.startContainer(id))
                .isInstanceOf(BerthException.class)
                .hasMessageContaining("exec /bin/nope: no such file or directory");
        ContainerState.Exited exited = awaitExit(id);
        assertThat(exited.reason()).isEqualTo("StartError");
        assertThat(exited.exitCode()).isEqualTo(128);
        runtime.removeContainer(id);
    }

    @Test
    void aTakenNameIsRefusedUntilItsHolderIsRemoved() {
        String sandbox = runtime.runSandbox(logged("pod"), "");
        assertThatThrownBy(() -> runtime.runSandbox(logged("pod"), ""))
                .isInstanceOfSatisfying(BerthException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(ErrorKind.ALREADY_EXISTS);
                    assertThat(failure).hasMessageContaining(sandbox);
                });
        runtime.removeSandbox(sandbox);
        runtime.runSandbox(logged("pod"), "");
    }

    @Test
    void aSandboxThatFailsLeavesNothingBehind() throws IOException {
        network.failure = new IllegalStateException("no link");
        assertThatThrownBy(() -> runtime.runSandbox(logged("pod"), "")).hasMessageContaining("no link");
        assertThat(sandboxDirectories()).isEmpty();
        assertThat(network.attached).isEmpty();
        network.failure = null;
        runtime.runSandbox(logged("pod"), "");
    }

    @Test
    void containersRunOnWithoutTheDaemonAndAreTakenUpAgain() {
        String sandbox = runtime.runSandbox(logged("pod"), "");
        String running = started(sandbox, "running", "sleep", "100");
        String ending = started(sandbox, "ending", "sh", "-c", "sleep 0.3; exit 5");
        String created = runtime.createContainer(sandbox, Configs.container("created", "true"), logged("pod"));
        Container before = runtime.container(running);
        runtime.close();
        LockSupport.parkNanos(600_000_000);
        runtime = reopen();

        assertThat(runtime.container(running)).isEqualTo(before);
        assertThat(awaitExit(ending).exitCode()).isEqualTo(5);
        assertThat(exec(running, List.of("true"), Duration.ZERO).exitCode()).isZero();
        runtime.startContainer(created);
        assertThat(awaitExit(created).exitCode()).isZero();
        runtime.stopContainer(running, Duration.ZERO);
        assertThat(awaitExit(running).exitCode()).isEqualTo(137);
    }

    @Test
    void aDeadShimEndsItsPodOnly() {
        String doomed = runtime.runSandbox(logged("doomed"), "");
        String other = runtime.runSandbox(logged("other"), "");
        String first = started(doomed, "first", "sleep", "100");
        String second = started(other, "second", "sleep", "100");
        ProcessHandle.of(runtime.sandbox(doomed).shimPid()).orElseThrow().destroyForcibly();
        assertThat(awaitExit(first).exitCode()).isEqualTo(137);
        assertThat(runtime.sandbox(doomed).state()).isEqualTo(SandboxState.NOT_READY);
        assertThat(runtime.container(second).state()).isInstanceOf(ContainerState.Running.class);
        runtime.stopSandbox(doomed);
        runtime.removeSandbox(doomed);
    }

    @Test
    void afterARebootEverythingHasExited() throws IOException {
        String sandbox = runtime.runSandbox(logged("pod"), "");
        String id = started(sandbox, "main", "sleep", "100");
        int shim = runtime.sandbox(sandbox).shimPid();
        String cgroup = runtime.container(id).cgroupPath();
        runtime.close();
        ProcessHandle.of(shim).orElseThrow().destroyForcibly();
        Path kill = cgroupRoot().resolve(cgroup.substring(1)).resolve("cgroup.kill");
        Files.writeString(kill, "1");
        deleteTree(directory.resolve("run"));
        Files.createDirectory(directory.resolve("run"));
        runtime = reopen();

        assertThat(runtime.sandbox(sandbox).state()).isEqualTo(SandboxState.NOT_READY);
        assertThat(runtime.container(id).state()).isInstanceOf(ContainerState.Exited.class);
        runtime.removeSandbox(sandbox);
        assertThat(Files.exists(cgroupRoot().resolve(cgroup.substring(1)))).isFalse();
    }

    @Test
    void anExecThatTakesTooLongIsKilled() {
        String sandbox = runtime.runSandbox(logged("pod"), "");
        String id = started(sandbox, "main", "sleep", "100");
        assertThatThrownBy(() -> exec(id, List.of("sleep", "50"), Duration.ofMillis(200)))
                .isInstanceOfSatisfying(
                        BerthException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.DEADLINE_EXCEEDED));
    }

    @Test
    void containersOfOnePodShareAPidNamespaceWhenAsked() {
        String sandbox = runtime.runSandbox(Configs.sandbox("pod", NamespaceMode.POD, NamespaceMode.POD), "");
        String first = runtime.createContainer(sandbox, Configs.container("first", "sleep", "100"), logged("pod"));
        String second = runtime.createContainer(sandbox, Configs.container("second", "sleep", "100"), logged("pod"));
        runtime.startContainer(first);
        runtime.startContainer(second);
        ExecResult result = exec(first, List.of("sh", "-c", "cat /proc/[0-9]*/comm"), Duration.ZERO);
        assertThat(new String(result.standardOutput(), UTF_8).lines().filter("sleep"::equals))
                .hasSize(2);
    }

    private static Path cgroupRoot() {
        Path unified = Path.of("/sys/fs/cgroup/cgroup.controllers");
        return Files.exists(unified) ? Path.of("/sys/fs/cgroup") : Path.of("/sys/fs/cgroup/unified");
    }

    /** Without those of spare shims, which have no cgroup yet. */
    private List<Path> sandboxDirectories() throws IOException {
        return entries(directory.resolve("run/sandboxes")).stream()
                .filter(sandbox -> Files.isSymbolicLink(sandbox.resolve("cgroup")))
                .toList();
    }

    private static List<Path> entries(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            return entries.toList();
        }
    }

    private static void deleteTree(Path path) throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
