package io.berth.kernel.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.berth.kernel.Descriptor;
import io.berth.kernel.Errno;
import io.berth.kernel.ProcessCalls;
import io.berth.kernel.SystemCalls;
import io.berth.kernel.seccomp.SeccompCompiler;
import io.berth.kernel.seccomp.SeccompProfile;
import io.berth.proto.shim.v1.ContainerState;
import io.berth.proto.shim.v1.CreateSandboxReply;
import io.berth.proto.shim.v1.ExecReply;
import io.berth.proto.shim.v1.ExitRecord;
import io.berth.proto.shim.v1.LaunchPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client with the real shim and the real kernel. */
class RealShimTest {
    private final BlockingQueue<ExitRecord> exits = new ArrayBlockingQueue<>(100);
    private final BlockingQueue<String> ends = new ArrayBlockingQueue<>(100);
    private final ShimEvents listener = new ShimEvents() {
        @Override
        public void containerExited(ExitRecord exit) {
            exits.add(exit);
        }

        @Override
        public void disconnected(String reason) {
            ends.add(reason);
        }
    };

    private final ShimLauncher launcher = new ShimLauncher(RealSandbox.SHIM);

    @TempDir
    Path directory;

    private @Nullable RealSandbox opened;
    private @Nullable ShimLoop loop;
    private int shimPid;

    @BeforeEach
    void launch() throws Exception {
        var obstacle = RealSandbox.obstacle();
        Assumptions.assumeTrue(obstacle.isEmpty(), () -> obstacle.orElseThrow());
        RealSandbox sandbox = new RealSandbox(directory);
        opened = sandbox;
        loop = ShimLoop.start();
        launcher.launch(sandbox.runDirectory(), RealSandbox.DEADLINE);
        shimPid = writtenPid(sandbox.runDirectory().resolve("shim.pid"));
    }

    /** The shim writes it after its socket listens. */
    private static int writtenPid(Path file) throws Exception {
        long end = System.nanoTime() + RealSandbox.DEADLINE.toNanos();
        while (!Files.exists(file) && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        return Integer.parseInt(Files.readString(file).strip());
    }

    @AfterEach
    void end() throws Exception {
        if (shimPid != 0) {
            endShim();
        }
        launcher.close();
        if (loop != null) {
            loop.close();
        }
        if (opened != null) {
            opened.close();
        }
    }

    private void endShim() throws InterruptedException {
        SystemCalls calls = SystemCalls.real();
        if (!calls.processExists(shimPid)) {
            return;
        }
        try (Descriptor shim = calls.pidfdOpen(shimPid)) {
            calls.pidfdSendSignal(shim, ProcessCalls.SIGTERM);
            assertThat(calls.awaitReadable(shim, Duration.ofSeconds(10))).isTrue();
        }
    }

    private RealSandbox sandbox() {
        return Objects.requireNonNull(opened);
    }

    private ShimClient connect() {
        return ShimClient.connect(sandbox().socket(), listener, Objects.requireNonNull(loop), RealSandbox.DEADLINE);
    }

    private int exitCode(String containerId) throws InterruptedException {
        ExitRecord exit = exits.poll(20, TimeUnit.SECONDS);
        assertThat(exit).isNotNull();
        assertThat(exit.getContainerId()).isEqualTo(containerId);
        return exit.getExitCode();
    }

    private String log(String containerId) throws IOException {
        return Files.readString(sandbox().log(containerId)).replaceAll("(?m)^\\S+ ", "");
    }

    @Test
    void aContainerRunsLogsAndEndsThroughTheShim() throws Exception {
        try (ShimClient client = connect()) {
            assertThat(client.shimPid()).isEqualTo(shimPid);
            CreateSandboxReply reply = client.createSandbox(RealSandbox.request(), RealSandbox.DEADLINE);
            assertThat(reply.getNetworkNamespace()).startsWith("/proc/" + shimPid + "/");
            LaunchPlan plan = sandbox()
                    .plan("one", "sh", "-c", "echo hello; cat /proc/sys/kernel/hostname; exit 3")
                    .build();
            assertThat(client.start(plan, RealSandbox.DEADLINE).getPid()).isPositive();
            assertThat(exitCode("one")).isEqualTo(3);
            assertThat(log("one")).isEqualTo("stdout F hello\nstdout F pod\n");
            assertThat(ExitRecord.parseFrom(
                                    Files.readAllBytes(sandbox().runDirectory().resolve("exits/one")))
                            .getExitCode())
                    .isEqualTo(3);
            CompletableFuture<Void> forgotten = client.forgetLater("one", RealSandbox.DEADLINE);
            assertThat(client.state(RealSandbox.DEADLINE).getContainersList())
                    .as("what is asked after it finds it done")
                    .isEmpty();
            assertThat(forgotten).isCompleted();
        }
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        try (ShimClient client = connect()) {
            client.createSandbox(RealSandbox.request(), RealSandbox.DEADLINE);
            LaunchPlan plan = sandbox().plan("two", "/bin/nope").build();
            assertThatThrownBy(() -> client.start(plan, RealSandbox.DEADLINE))
                    .isInstanceOfSatisfying(
                            ShimFailure.class,
                            failure -> assertThat(failure.errno()).isEqualTo(Errno.ENOENT))
                    .hasMessage("exec /bin/nope: no such file or directory");
        }
    }

    @Test
    void containersRunOnWithoutAClientAndExecsAnswer() throws Exception {
        try (ShimClient client = connect()) {
            client.createSandbox(RealSandbox.request(), RealSandbox.DEADLINE);
            client.start(sandbox().plan("three", "sleep", "1000").build(), RealSandbox.DEADLINE);
        }
        assertThat(ends.poll(5, TimeUnit.SECONDS)).isNotNull();
        try (ShimClient client = connect()) {
            List<ContainerState> states = client.state(RealSandbox.DEADLINE).getContainersList();
            assertThat(states).extracting(ContainerState::getContainerId).containsExactly("three");
            ExecReply reply = client.exec(
                            RealSandbox.exec("three", "sh", "-c", "echo out; echo err >&2; exit 7"),
                            RealSandbox.DEADLINE)
                    .join();
            assertThat(reply.getExitCode()).isEqualTo(7);
            assertThat(reply.getStandardOutput().toStringUtf8()).isEqualTo("out\n");
            assertThat(reply.getStandardError().toStringUtf8()).isEqualTo("err\n");
            var slow = RealSandbox.exec("three", "sleep", "100").toBuilder()
                    .setTimeoutMilliseconds(100)
                    .build();
            assertThat(client.exec(slow, RealSandbox.DEADLINE).join().getTimedOut())
                    .isTrue();
            client.killAll("three", RealSandbox.DEADLINE);
            assertThat(exitCode("three")).isEqualTo(137);
        }
    }

    @Test
    void aCompiledFilterHoldsInTheContainer() throws Exception {
        var deny = new SeccompProfile.Rule(List.of("mkdir", "mkdirat"), "SCMP_ACT_ERRNO", 28, List.of());
        var profile = new SeccompProfile("SCMP_ACT_ALLOW", null, List.of(), List.of(), List.of(deny));
        var filter = new SeccompCompiler(SystemCalls.real()).compile(profile);
        try (ShimClient client = connect()) {
            client.createSandbox(RealSandbox.request(), RealSandbox.DEADLINE);
            LaunchPlan.Builder plan = sandbox().plan("four", "sh", "-c", "mkdir /x || echo refused");
            plan.setProcess(plan.getProcess().toBuilder()
                    .setSeccompFilter(filter.program())
                    .setSeccompFlags(filter.flags()));
            client.start(plan.build(), RealSandbox.DEADLINE);
            assertThat(exitCode("four")).isZero();
            assertThat(log("four")).contains("No space left on device").contains("stdout F refused");
        }
    }

    @Test
    void aShimThatEndsIsNoticed() throws Exception {
        try (ShimClient client = connect()) {
            client.createSandbox(RealSandbox.request(), RealSandbox.DEADLINE);
            client.start(sandbox().plan("five", "sleep", "1000").build(), RealSandbox.DEADLINE);
            client.shutdown(RealSandbox.DEADLINE);
            assertThat(ends.poll(10, TimeUnit.SECONDS)).isEqualTo("the shim closed the connection");
        }
    }

    @Test
    void aSpareShimEndsWithItsOnlyClient() throws Exception {
        try (Descriptor shim = SystemCalls.real().pidfdOpen(shimPid)) {
            connect().close();
            assertThat(ends.poll(5, TimeUnit.SECONDS)).isEqualTo("the connection was closed");
            assertThat(SystemCalls.real().awaitReadable(shim, Duration.ofSeconds(10)))
                    .isTrue();
        }
        assertThat(sandbox().socket()).doesNotExist();
    }

    @Test
    void aSecondShimOfTheSameDirectoryIsRefusedInItsOwnWords() {
        assertThatThrownBy(() -> launcher.launch(sandbox().runDirectory(), RealSandbox.DEADLINE))
                .isInstanceOf(ShimUnavailable.class)
                .hasMessageContaining("already");
    }

    @Test
    void theShimInheritsNothing() throws Exception {
        Path descriptors = Path.of("/proc/" + shimPid + "/fd");
        try (var links = Files.list(descriptors)) {
            for (Path link : links.toList()) {
                assertThat(target(link))
                        .matches("/dev/null|anon_inode:.*|socket:.*|" + directory + "/run.*|/proc.*|net:.*|.*ns/.*");
            }
        }
        // Its command line has taken the place of its environment.
        assertThat(Files.readString(Path.of("/proc/" + shimPid + "/environ"))).doesNotContain("=");
        assertThat(sandbox().runDirectory().resolve("shim.pid")).hasContent(shimPid + "\n");
    }

    /** The shim may be closing one of them, the connection that has just ended. */
    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException closed) {
            return "/dev/null";
        }
    }
}
