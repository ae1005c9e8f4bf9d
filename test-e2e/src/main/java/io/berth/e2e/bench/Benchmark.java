package io.berth.e2e.bench;

import io.berth.e2e.daemon.BerthDaemon;
import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.daemon.DaemonConfig;
import io.berth.e2e.image.Busybox;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.pod.PodPlan;
import io.berth.e2e.process.Places;
import io.berth.e2e.process.Waiting;
import io.berth.e2e.registry.RegistryProcess;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ListContainerStatsRequest;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.PullImageRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Measures a warm daemon of the distribution: each kind of call on as many pods as asked for, one after another. To be
 * run in the sandbox, by {@code test-e2e/bench}.
 */
public final class Benchmark {
    private static final int WARM_UP_ROUNDS = 250;

    /** Of each container, with a status: together what a kubelet does for a hundred pods in half a minute. */
    private static final int WARM_UP_PROBES = 12;

    /** A kubelet's lists and statuses of some minutes: they warm the client above all, which would be measured too. */
    private static final int WARM_UP_CALLS = 20_000;

    /** What lasts as long as the machine is up, in memory as on a node. */
    private static final Path VOLATILE = Path.of("/run/bench");

    /** After this the daemon has given back what only its last work had needed. */
    private static final Duration IDLE = Duration.ofSeconds(16);

    private static final Duration AFTERMATH = Duration.ofMillis(500);
    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;
    private static final double KILOBYTES_PER_MEGABYTE = 1024;
    private static final int STARTS = 5;

    private final BerthDaemon daemon;
    private final Path logs;
    private final CriClient client;
    private final String image;
    private final int count;
    private final List<Measurement> measurements = new ArrayList<>();
    private final Map<String, Double> sizes = new LinkedHashMap<>();

    private Benchmark(BerthDaemon daemon, Path logs, String image, int count) {
        this.daemon = daemon;
        this.logs = logs;
        this.client = daemon.client();
        this.image = image;
        this.count = count;
    }

    /** Arguments: how many pods, and the file for the JSON. */
    public static void main(String[] arguments) throws IOException {
        int count = Integer.parseInt(arguments[0]);
        Path directory = Places.work().resolve("bench");
        Places.deleteTree(directory);
        DaemonConfig config = DaemonConfig.in(VOLATILE)
                .with(
                        "",
                        "state_directory",
                        DaemonConfig.text(directory.resolve("state").toString()))
                .with("network", "ipv4_range", DaemonConfig.text("10.99.0.0/16"));
        try (RegistryProcess registry = RegistryProcess.start(directory);
                BerthDaemon daemon = BerthDaemon.start(config, CriClient::drivenByThisThread)) {
            registry.client().push("bench/busybox", "1", Busybox.image().build());
            String image = registry.address() + "/bench/busybox:1";
            daemon.client()
                    .images()
                    .pullImage(PullImageRequest.newBuilder()
                            .setImage(ImageSpec.newBuilder().setImage(image))
                            .build());
            Benchmark benchmark = new Benchmark(daemon, directory.resolve("logs"), image, count);
            benchmark.measure();
            Report report = new Report(count, benchmark.measurements, benchmark.sizes);
            System.out.println(report.table());
            Files.writeString(Path.of(arguments[1]), report.json());
        }
        System.exit(0);
    }

    private void measure() {
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            Pod pod = pod("warm-up-" + round, round % 2 == 1).run();
            PodContainer container = plan(pod).start();
            for (int probe = 0; probe < WARM_UP_PROBES; probe++) {
                container.execSync(10, "/bin/true");
                container.status();
            }
            container.stop(0).remove();
            pod.stop().remove();
        }
        for (int call = 0; call < WARM_UP_CALLS; call++) {
            client.runtime().listContainers(ListContainersRequest.getDefaultInstance());
        }
        Waiting.pause(IDLE);
        sizes.put("berthd resident memory without pods, MB", residentMegabytes());
        CpuMeter meter = new CpuMeter(daemon.pid());
        up(meter);
        lives(meter, true, " (host network)");
        lives(meter, false, "");
        starts();
    }

    /** The three calls of a pod in a row, one pod after another; its end is not timed, but is in the CPU time. */
    private void up(CpuMeter meter) {
        List<Pod> pods = new ArrayList<>();
        IntConsumer up = i -> {
            pods.add(pod("up-" + i, false).run());
            plan(pods.getLast()).start();
        };
        phase(
                meter,
                "Pod up, then down (CPU: both)",
                up,
                i -> pods.removeLast().stop().remove());
        phase(meter, "Pod up, " + count + " on end", up);
        pods.forEach(pod -> pod.stop().remove());
        Waiting.pause(AFTERMATH);
    }

    private void lives(CpuMeter meter, boolean hostNetwork, String suffix) {
        List<Pod> pods = new ArrayList<>();
        List<PodContainer> containers = new ArrayList<>();
        phase(
                meter,
                "RunPodSandbox" + suffix,
                i -> pods.add(pod("pod-" + i, hostNetwork).run()));
        if (!hostNetwork) {
            phase(
                    meter,
                    "CreateContainer",
                    i -> containers.add(plan(pods.get(i)).create()));
            phase(meter, "StartContainer", i -> containers.get(i).start());
            phase(meter, "ExecSync, first of container", i -> containers.get(i).execSync(10, "/bin/true"));
            phase(meter, "ExecSync, again", i -> containers.get(i).execSync(10, "/bin/true"));
            phase(meter, "ContainerStatus", i -> containers.get(i).status());
            lists(meter);
            memory(pods);
            phase(meter, "StopContainer (no grace)", i -> containers.get(i).stop(0));
            phase(meter, "RemoveContainer", i -> containers.get(i).remove());
        }
        phase(meter, "StopPodSandbox" + suffix, i -> pods.get(i).stop());
        phase(meter, "RemovePodSandbox" + suffix, i -> pods.get(i).remove());
    }

    private void lists(CpuMeter meter) {
        phase(
                meter,
                "ListPodSandbox (all)",
                i -> client.runtime().listPodSandbox(ListPodSandboxRequest.getDefaultInstance()));
        phase(
                meter,
                "ListContainers (all)",
                i -> client.runtime().listContainers(ListContainersRequest.getDefaultInstance()));
        phase(
                meter,
                "ListContainerStats (all)",
                i -> client.runtime().listContainerStats(ListContainerStatsRequest.getDefaultInstance()));
    }

    private void memory(List<Pod> pods) {
        sizes.put("berthd resident memory with " + count + " pods, after their calls, MB", residentMegabytes());
        Waiting.pause(IDLE);
        sizes.put("berthd resident memory with " + count + " pods, idle for 16 s, MB", residentMegabytes());
        sizes.put(
                "a shim's private memory (mean), kB",
                pods.stream()
                        .mapToLong(pod -> Memory.privateKilobytes(daemon.shim(pod.id())))
                        .average()
                        .orElse(0));
        sizes.put(
                "a shim's resident memory (mean), kB",
                pods.stream()
                        .mapToLong(pod -> Memory.residentKilobytes(daemon.shim(pod.id())))
                        .average()
                        .orElse(0));
    }

    private double residentMegabytes() {
        return Memory.residentKilobytes(daemon.pid()) / KILOBYTES_PER_MEGABYTE;
    }

    /** From the start of the process to the first answer, the median of some starts. */
    private void starts() {
        List<Double> milliseconds = new ArrayList<>();
        for (int i = 0; i < STARTS; i++) {
            daemon.terminate();
            long start = System.nanoTime();
            daemon.start();
            milliseconds.add((System.nanoTime() - start) / NANOSECONDS_PER_MILLISECOND);
        }
        Collections.sort(milliseconds);
        sizes.put("berthd from start to its first answer, ms", milliseconds.get(STARTS / 2));
    }

    private void phase(CpuMeter meter, String operation, IntConsumer call) {
        phase(meter, operation, call, i -> {});
    }

    private void phase(CpuMeter meter, String operation, IntConsumer call, IntConsumer untimed) {
        List<Double> milliseconds = new ArrayList<>();
        CpuMeter.Spent spent = meter.measure(
                () -> {
                    for (int i = 0; i < count; i++) {
                        long start = System.nanoTime();
                        call.accept(i);
                        milliseconds.add((System.nanoTime() - start) / NANOSECONDS_PER_MILLISECOND);
                        untimed.accept(i);
                    }
                },
                AFTERMATH);
        Collections.sort(milliseconds);
        measurements.add(new Measurement(
                operation, milliseconds, spent.machine() / count, spent.processes() / count, spent.daemon() / count));
        Waiting.pause(AFTERMATH);
    }

    /** With the directory of its container's log, which the kubelet makes before it calls. */
    private PodPlan pod(String name, boolean hostNetwork) {
        PodPlan plan = new PodPlan(client, logs, name);
        try {
            Files.createDirectories(Path.of(plan.config().getLogDirectory()).resolve("main"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return hostNetwork ? plan.hostNetwork() : plan;
    }

    private io.berth.e2e.pod.ContainerPlan plan(Pod pod) {
        return pod.container("main", image).command("sleep", "1000");
    }
}
