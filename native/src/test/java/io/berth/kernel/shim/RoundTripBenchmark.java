package io.berth.kernel.shim;

import io.berth.proto.shim.v1.ExecReply;
import io.berth.proto.shim.v1.ExecRequest;
import io.berth.proto.shim.v1.ExitRecord;
import io.berth.proto.shim.v1.Process;
import io.berth.proto.shim.v1.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Measures one request and its answer over a real socket, against a server that answers at once. Run by hand. */
final class RoundTripBenchmark {
    private static final int ROUNDS = 50_000;

    private RoundTripBenchmark() {}

    /** Prints percentiles in microseconds. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("berth-benchmark");
        Path socket = directory.resolve("shim.sock");
        Reply.Builder answer = Reply.newBuilder().setExec(ExecReply.newBuilder().setExitCode(0));
        EchoShim shim = new EchoShim(socket, request -> Optional.of(answer));
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId("c".repeat(64))
                .setProcess(Process.newBuilder().addArguments("/bin/true").addEnvironment("PATH=/usr/bin:/bin"))
                .build();
        try (ShimLoop loop = ShimLoop.start();
                ShimClient client = ShimClient.connect(socket, new Silent(), loop, Duration.ofSeconds(5))) {
            for (int pass = 0; pass < 4; pass++) {
                measure(client, request);
            }
        } finally {
            shim.stop();
            Files.deleteIfExists(socket);
            Files.delete(directory);
        }
    }

    private static void measure(ShimClient client, ExecRequest request) {
        long[] times = new long[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            client.exec(request, Duration.ofSeconds(5)).join();
            times[round] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        System.out.printf(
                Locale.ROOT,
                "round trip, microseconds: p50 %.1f  p90 %.1f  p99 %.1f%n",
                times[ROUNDS / 2] / 1e3,
                times[ROUNDS * 9 / 10] / 1e3,
                times[ROUNDS * 99 / 100] / 1e3);
    }

    private static final class Silent implements ShimEvents {
        @Override
        public void containerExited(ExitRecord exit) {}

        @Override
        public void disconnected(String reason) {}
    }
}
