package io.berth.e2e.tour;

import io.berth.e2e.daemon.CriClient;
import io.berth.e2e.pod.LogFile;
import io.berth.e2e.pod.Pod;
import io.berth.e2e.pod.PodContainer;
import io.berth.e2e.pod.PodPlan;
import io.berth.e2e.process.Waiting;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ContainerStats;
import io.berth.proto.cri.v1.ExecSyncResponse;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ImageStatusRequest;
import io.berth.proto.cri.v1.PullImageRequest;
import io.berth.proto.cri.v1.RuntimeCondition;
import io.berth.proto.cri.v1.StatusRequest;
import io.berth.proto.cri.v1.VersionRequest;
import io.berth.proto.cri.v1.VersionResponse;
import io.grpc.StatusRuntimeException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The first pod's story, told as it happens. The pod is left running for {@code crictl}. */
final class Story {
    private static final int MORE_ROUNDS = 20;
    private static final Duration FIRST_WORDS = Duration.ofSeconds(5);
    private static final double BYTES_PER_KILOBYTE = 1000;
    private static final double NANOSECONDS_PER_MILLISECOND = 1e6;

    private final CriClient client;
    private final PrintStream out;
    private final Path socket;
    private final Path logs;
    private final Times times = new Times();

    Story(CriClient client, PrintStream out, Path socket, Path logs) {
        this.client = client;
        this.out = out;
        this.socket = socket;
        this.logs = logs;
    }

    void tell(Guest guest) {
        introduce();
        image(guest);
        Pod pod = times.measure("RunPodSandbox", () -> new PodPlan(client, logs, "first").run());
        say("pod", "%s with a network of its own: %s", brief(pod.id()), pod.address());
        PodContainer container = times.measure(
                "CreateContainer",
                () -> pod.container("hello", guest.reference()).create());
        times.measure("StartContainer", container::start);
        say("container", "%s runs in it", brief(container.id()));
        boolean runs = log(container);
        if (runs) {
            exec(container, guest);
            request(pod, guest);
            statistics(container);
        }
        if (guest.carried()) {
            repeat(guest);
        }
        out.println();
        times.table().forEach(line -> out.println("  " + line));
    }

    private void introduce() {
        VersionResponse version =
                client.runtime().version(VersionRequest.newBuilder().build());
        say(
                "daemon",
                "%s %s serves the CRI %s on unix://%s",
                version.getRuntimeName(),
                version.getRuntimeVersion(),
                version.getRuntimeApiVersion(),
                socket);
        for (RuntimeCondition condition : client.runtime()
                .status(StatusRequest.getDefaultInstance())
                .getStatus()
                .getConditionsList()) {
            if (!condition.getStatus() || !condition.getMessage().isEmpty()) {
                say("note", "%s: %s", condition.getType(), condition.getMessage());
            }
        }
    }

    private void image(Guest guest) {
        ImageSpec spec = ImageSpec.newBuilder().setImage(guest.reference()).build();
        if (!guest.carried()) {
            times.measure(
                    "PullImage",
                    () -> client.images()
                            .pullImage(
                                    PullImageRequest.newBuilder().setImage(spec).build()));
        }
        long size = client.images()
                .imageStatus(ImageStatusRequest.newBuilder().setImage(spec).build())
                .getImage()
                .getSize();
        say(
                "image",
                "%s, %,.0f kB%s",
                guest.reference(),
                size / BYTES_PER_KILOBYTE,
                guest.carried() ? ", which Berth carries inside" : "");
    }

    /** Shows the first line of the log; false when the container has ended already. */
    private boolean log(PodContainer container) {
        Optional<LogFile.Line> line = firstLine(container);
        line.ifPresentOrElse(
                first -> say("log", "%s %s: %s", first.time(), first.stream(), first.content()),
                () -> say("log", "nothing yet; it is %s", container.logPath()));
        var status = container.status();
        if (status.getState() == ContainerState.CONTAINER_RUNNING) {
            return true;
        }
        say(
                "note",
                "the container has ended by itself with code %d: no exec, request or statistics to show",
                status.getExitCode());
        return false;
    }

    private static Optional<LogFile.Line> firstLine(PodContainer container) {
        try {
            return Optional.of(Waiting.untilPresent(
                    () -> "a first line of the log",
                    () -> container.log().lines().stream().findFirst(),
                    FIRST_WORDS));
        } catch (IllegalStateException silent) {
            return Optional.empty();
        }
    }

    private void exec(PodContainer container, Guest guest) {
        String command = String.join(" ", guest.exec());
        try {
            ExecSyncResponse response = times.measure(
                    "ExecSync", () -> container.execSync(10, guest.exec().toArray(String[]::new)));
            say(
                    "exec",
                    "%s: exit code %d: %s",
                    command,
                    response.getExitCode(),
                    response.getStdout().toStringUtf8().strip());
        } catch (StatusRuntimeException refused) {
            say("exec", "%s: %s", command, refused.getStatus().getDescription());
        }
    }

    private void request(Pod pod, Guest guest) {
        for (int port : guest.ports()) {
            String url = "http://" + pod.address() + ":" + port + "/";
            Optional<String> answer = Page.get(url, times);
            if (answer.isPresent()) {
                say("http", "GET %s: %s", url, answer.get());
                return;
            }
        }
        say("http", "%s takes no HTTP requests on port %s", pod.address(), guest.ports());
    }

    private void statistics(PodContainer container) {
        ContainerStats statistics = times.measure("ContainerStats", container::statistics);
        say(
                "stats",
                "CPU %.1f ms, memory %s, written %,.0f kB",
                statistics.getCpu().getUsageCoreNanoSeconds().getValue() / NANOSECONDS_PER_MILLISECOND,
                statistics.getMemory().hasWorkingSetBytes()
                        ? String.format(
                                Locale.ROOT,
                                "%,.0f kB",
                                statistics.getMemory().getWorkingSetBytes().getValue() / BYTES_PER_KILOBYTE)
                        : "not counted (no memory controller)",
                statistics.getWritableLayer().getUsedBytes().getValue() / BYTES_PER_KILOBYTE);
    }

    /** More pods of the same kind, for the second column of the table; they are removed again. */
    private void repeat(Guest guest) {
        for (int round = 0; round < MORE_ROUNDS; round++) {
            String name = "more-" + round;
            Pod pod = times.measure("RunPodSandbox", () -> new PodPlan(client, logs, name).run());
            PodContainer container = times.measure(
                    "CreateContainer",
                    () -> pod.container("hello", guest.reference()).create());
            times.measure("StartContainer", container::start);
            times.measure("ExecSync", () -> container.execSync(10, guest.exec().toArray(String[]::new)));
            times.measure("ContainerStats", container::statistics);
            times.measure("StopContainer", () -> container.stop(1));
            times.measure("RemoveContainer", container::remove);
            times.measure("StopPodSandbox", pod::stop);
            times.measure("RemovePodSandbox", pod::remove);
        }
    }

    private void say(String what, String format, Object... values) {
        out.printf(Locale.ROOT, "  %-10s " + format + "%n", prepend(what, values));
    }

    private static Object[] prepend(String what, Object... values) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(what), List.of(values).stream())
                .toArray();
    }

    private static String brief(String id) {
        return id.substring(0, 13);
    }
}
