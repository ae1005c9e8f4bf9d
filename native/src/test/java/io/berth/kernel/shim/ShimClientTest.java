package io.berth.kernel.shim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.berth.kernel.Errno;
import io.berth.proto.shim.v1.ExecReply;
import io.berth.proto.shim.v1.ExecRequest;
import io.berth.proto.shim.v1.ExitRecord;
import io.berth.proto.shim.v1.Failure;
import io.berth.proto.shim.v1.Process;
import io.berth.proto.shim.v1.Reply;
import io.berth.proto.shim.v1.Request;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShimClientTest {
    private static final Duration SECONDS = Duration.ofSeconds(5);

    @TempDir
    Path directory;

    private final BlockingQueue<String> told = new ArrayBlockingQueue<>(1000);
    private final ShimEvents listener = new ShimEvents() {
        @Override
        public void containerExited(ExitRecord exit) {
            told.add(exit.getContainerId() + " on "
                    + Thread.currentThread().getName().replaceAll("\\d", "N"));
        }

        @Override
        public void disconnected(String reason) {
            told.add("disconnected: " + reason);
        }
    };

    private ShimLoop loop;
    private @Nullable EchoShim opened;

    @BeforeEach
    void startLoop() {
        loop = ShimLoop.start();
    }

    @AfterEach
    void closeLoop() throws Exception {
        loop.close();
        if (opened != null) {
            opened.stop();
        }
    }

    private EchoShim shim(Function<Request, Optional<Reply.Builder>> answers) throws Exception {
        EchoShim shim = new EchoShim(directory.resolve("shim.sock"), answers);
        opened = shim;
        return shim;
    }

    private ShimClient connect() {
        return ShimClient.connect(directory.resolve("shim.sock"), listener, loop, SECONDS);
    }

    private String nextEvent() throws InterruptedException {
        return told.poll(5, TimeUnit.SECONDS);
    }

    @Test
    void helloTellsThePidAndTheFeatures() throws Exception {
        shim(request -> Optional.empty());
        try (ShimClient client = connect()) {
            assertThat(client.shimPid()).isEqualTo(42);
            assertThat(client.features()).containsExactly("echo");
        }
    }

    @Test
    void aFailureIsThrownInWords() throws Exception {
        Failure failure = Failure.newBuilder()
                .setStep("exec")
                .setSubject("/bin/nope")
                .setErrnoNumber(2)
                .build();
        shim(request -> Optional.of(Reply.newBuilder().setFailure(failure)));
        try (ShimClient client = connect()) {
            assertThatThrownBy(() -> client.reopenLog("a", SECONDS))
                    .isInstanceOfSatisfying(
                            ShimFailure.class,
                            thrown -> assertThat(thrown.errno()).isEqualTo(Errno.ENOENT))
                    .hasMessage("exec /bin/nope: no such file or directory");
        }
    }

    @Test
    void answersFindTheirCallersInAnyOrder() throws Exception {
        List<Request> held = new ArrayList<>();
        EchoShim shim = shim(request -> {
            held.add(request);
            return Optional.empty();
        });
        try (ShimClient client = connect();
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<String>> calls = new ArrayList<>();
            for (int index = 0; index < 50; index++) {
                String id = "container-" + index;
                calls.add(() -> client.exec(exec(id), SECONDS)
                                .join()
                                .getStandardOutput()
                                .toStringUtf8() + "=" + id);
            }
            var answering = executor.submit(() -> {
                while (held.size() < 50) {
                    Thread.sleep(1);
                }
                for (Request request : held.reversed()) {
                    shim.send(Reply.newBuilder()
                            .setId(request.getId())
                            .setExec(ExecReply.newBuilder()
                                    .setStandardOutput(request.getExec().getContainerIdBytes()))
                            .build());
                }
                return null;
            });
            for (var future : executor.invokeAll(calls)) {
                String sides = future.get();
                assertThat(sides).matches("(.*)=\\1");
            }
            assertThat(answering.get()).isNull();
        }
    }

    private static ExecRequest exec(String containerId) {
        return ExecRequest.newBuilder().setContainerId(containerId).build();
    }

    @Test
    void megabytesGoBothWays() throws Exception {
        shim(request -> Optional.of(Reply.newBuilder()
                .setExec(ExecReply.newBuilder()
                        .setStandardOutput(request.getExec().getProcess().getArgumentsBytes(0)))));
        try (ShimClient client = connect()) {
            ByteString much = ByteString.copyFrom(new byte[3_900_000]);
            ExecRequest request = ExecRequest.newBuilder()
                    .setProcess(Process.newBuilder().addArgumentsBytes(much))
                    .build();
            for (int round = 0; round < 3; round++) {
                assertThat(client.exec(request, SECONDS).join().getStandardOutput())
                        .isEqualTo(much);
            }
        }
    }

    @Test
    void aDeadlineEndsTheWaitAndALateAnswerHarmsNobody() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        shim(request -> {
            if (request.hasReopenLog()) {
                await(release);
            }
            return Optional.of(EchoShim.done());
        });
        try (ShimClient client = connect()) {
            assertThatThrownBy(() -> client.reopenLog("a", Duration.ofMillis(50)))
                    .isInstanceOf(ShimDeadlineExceeded.class)
                    .hasMessageContaining("REOPEN_LOG")
                    .hasMessageContaining("50 ms");
            release.countDown();
            client.forget("a", SECONDS);
        }
    }

    @Test
    void anExecThatNobodyWaitsForEndsAtItsOwnDeadlineWhateverTheOthersAre() throws Exception {
        shim(request -> Optional.empty());
        try (ShimClient client = connect()) {
            var later = client.exec(exec("later"), Duration.ofMillis(300));
            var sooner = client.exec(exec("sooner"), Duration.ofMillis(20));
            var never = client.exec(exec("never"), Duration.ofSeconds(Long.MAX_VALUE / 1_000_000_000));
            assertThatThrownBy(() -> sooner.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ShimDeadlineExceeded.class)
                    .hasMessageContaining("20 ms");
            assertThatThrownBy(() -> later.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ShimDeadlineExceeded.class)
                    .hasMessageContaining("300 ms");
            assertThat(never).isNotDone();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void eventsComeInOrderOnANamedThread() throws Exception {
        EchoShim shim = shim(request -> Optional.of(EchoShim.done()));
        try (ShimClient client = connect()) {
            for (int index = 0; index < 100; index++) {
                shim.sendExit("container" + (char) ('A' + index % 26));
            }
            for (int index = 0; index < 100; index++) {
                assertThat(nextEvent()).isEqualTo("container" + (char) ('A' + index % 26) + " on shim-events-N");
            }
            client.forget("a", SECONDS);
        }
    }

    @Test
    void anUnknownEventIsPassedOver() throws Exception {
        EchoShim shim = shim(request -> Optional.of(EchoShim.done()));
        try (ShimClient client = connect()) {
            shim.send(Reply.getDefaultInstance());
            shim.sendExit("x");
            assertThat(nextEvent()).startsWith("x on");
            client.forget("a", SECONDS);
        }
    }

    @Test
    void aShimThatHangsUpFailsItsCallsAndIsReported() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        EchoShim shim = shim(request -> {
            asked.countDown();
            return Optional.empty();
        });
        try (ShimClient client = connect();
                var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var call = executor.submit(() -> client.state(SECONDS));
            assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
            shim.hangUp();
            assertThatThrownBy(call::get)
                    .hasCauseInstanceOf(ShimUnavailable.class)
                    .hasMessageContaining("the shim closed the connection");
            assertThat(nextEvent()).isEqualTo("disconnected: the shim closed the connection");
            assertThatThrownBy(() -> client.state(SECONDS)).isInstanceOf(ShimUnavailable.class);
        }
        assertThat(told).isEmpty();
    }

    @Test
    void aFrameThatBreaksTheProtocolEndsTheConnection() throws Exception {
        EchoShim shim = shim(request -> Optional.of(EchoShim.done()));
        try (ShimClient client = connect()) {
            shim.sendRaw(ByteBuffer.allocate(4).putInt(0, Integer.MAX_VALUE));
            assertThat(nextEvent()).contains("2147483647 bytes");
            assertThatThrownBy(() -> client.state(SECONDS)).isInstanceOf(ShimUnavailable.class);
        }
    }

    @Test
    void anAnswerOfTheWrongKindIsNotBelieved() throws Exception {
        shim(request -> Optional.of(EchoShim.done()));
        try (ShimClient client = connect()) {
            assertThatThrownBy(() -> client.state(SECONDS))
                    .isInstanceOf(ShimUnavailable.class)
                    .hasMessageContaining("DONE in place of STATE");
        }
    }

    @Test
    void noSocketIsSaidAtOnce() {
        assertThatThrownBy(this::connect)
                .isInstanceOf(ShimUnavailable.class)
                .hasMessageContaining("shim.sock: No such file or directory");
    }

    @Test
    void aSocketDeepInTheTreeIsReached() throws Exception {
        Path deep = Files.createDirectories(directory.resolve("d".repeat(60)).resolve("e".repeat(60)));
        shim(request -> Optional.of(EchoShim.done()));
        Files.move(directory.resolve("shim.sock"), deep.resolve("shim.sock"));
        try (ShimClient client = ShimClient.connect(deep.resolve("shim.sock"), listener, loop, SECONDS)) {
            client.forget("a", SECONDS);
        }
    }

    @Test
    void aClosedClientIsReportedOnce() throws Exception {
        shim(request -> Optional.of(EchoShim.done()));
        ShimClient client = connect();
        client.close();
        client.close();
        assertThat(nextEvent()).isEqualTo("disconnected: the connection was closed");
        assertThatThrownBy(() -> client.forget("a", SECONDS)).isInstanceOf(ShimUnavailable.class);
        assertThat(told).isEmpty();
    }

    @Test
    void aClosedLoopFailsEverybody() throws Exception {
        shim(request -> Optional.of(EchoShim.done()));
        ShimClient client = connect();
        loop.close();
        assertThat(nextEvent()).isEqualTo("disconnected: the daemon is stopping");
        assertThatThrownBy(() -> client.forget("a", SECONDS)).isInstanceOf(ShimUnavailable.class);
        assertThatThrownBy(this::connect).isInstanceOf(ShimUnavailable.class);
    }
}
