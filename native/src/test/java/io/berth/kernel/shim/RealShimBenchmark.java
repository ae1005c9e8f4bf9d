package io.berth.kernel.shim;

import io.berth.proto.shim.v1.ExitRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Measures a real shim through the client: its start, a container's start, an exec. Run by hand, as root. */
final class RealShimBenchmark implements ShimEvents {
    private static final int EXECS = 2000;
    private static final int STARTS = 200;

    private RealShimBenchmark() {}

    /** Prints percentiles in microseconds. */
    public static void main(String[] arguments) throws Exception {
        for (int pass = 0; pass < 3; pass++) {
            Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "berth-benchmark");
            try (RealSandbox sandbox = new RealSandbox(directory);
                    ShimLauncher launcher = new ShimLauncher(RealSandbox.SHIM);
                    ShimLoop loop = ShimLoop.start()) {
                measureLaunch(launcher, loop, directory);
                measureContainers(sandbox, launcher, loop);
            } finally {
                deleteAll(directory);
            }
        }
    }

    private static void measureLaunch(ShimLauncher launcher, ShimLoop loop, Path directory) throws Exception {
        Path runs = Files.createDirectory(directory.resolve("runs"));
        int[] number = {0};
        report("launch, connect, create sandbox, shutdown", STARTS, () -> {
            Path run = Files.createDirectory(runs.resolve("run" + number[0]++));
            launcher.launch(run, RealSandbox.DEADLINE);
            try (ShimClient client = connect(run.resolve("shim.sock"), loop)) {
                client.createSandbox(RealSandbox.request(), RealSandbox.DEADLINE);
                client.shutdown(RealSandbox.DEADLINE);
            }
            return null;
        });
        report("launch alone", STARTS, () -> {
            Path run = Files.createDirectory(runs.resolve("run" + number[0]++));
            long start = System.nanoTime();
            launcher.launch(run, RealSandbox.DEADLINE);
            long time = System.nanoTime() - start;
            try (ShimClient client = connect(run.resolve("shim.sock"), loop)) {
                client.shutdown(RealSandbox.DEADLINE);
            }
            return time;
        });
    }

    private static void measureContainers(RealSandbox sandbox, ShimLauncher launcher, ShimLoop loop) throws Exception {
        launcher.launch(sandbox.runDirectory(), RealSandbox.DEADLINE);
        try (ShimClient client = connect(sandbox.socket(), loop)) {
            client.createSandbox(RealSandbox.request(), RealSandbox.DEADLINE);
            client.start(sandbox.plan("main", "sleep", "1000").build(), RealSandbox.DEADLINE);
            report("state", EXECS, () -> client.state(RealSandbox.DEADLINE));
            var exec = RealSandbox.exec("main", "/bin/true");
            report(
                    "exec of /bin/true",
                    EXECS,
                    () -> client.exec(exec, RealSandbox.DEADLINE).join());
            int[] number = {0};
            report("start of a container", STARTS, () -> {
                var plan = sandbox.plan("c" + number[0]++, "/bin/true").build();
                long start = System.nanoTime();
                client.start(plan, RealSandbox.DEADLINE);
                return System.nanoTime() - start;
            });
            client.shutdown(RealSandbox.DEADLINE);
            Thread.sleep(Duration.ofMillis(200));
        }
    }

    private static ShimClient connect(Path socket, ShimLoop loop) {
        return ShimClient.connect(socket, new RealShimBenchmark(), loop, RealSandbox.DEADLINE);
    }

    /** A body that returns a Long has measured itself. */
    private static void report(String what, int rounds, Callable<@Nullable Object> body) throws Exception {
        long[] times = new long[rounds];
        for (int round = 0; round < rounds; round++) {
            long start = System.nanoTime();
            Object result = body.call();
            times[round] = result instanceof Long measured ? measured : System.nanoTime() - start;
        }
        Arrays.sort(times);
        System.out.printf(
                Locale.ROOT,
                "%-45s p50 %8.1f  p90 %8.1f  p99 %8.1f us%n",
                what,
                times[rounds / 2] / 1e3,
                times[rounds * 9 / 10] / 1e3,
                times[rounds * 99 / 100] / 1e3);
    }

    private static void deleteAll(Path directory) throws Exception {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void containerExited(ExitRecord exit) {}

    @Override
    public void disconnected(String reason) {}
}
