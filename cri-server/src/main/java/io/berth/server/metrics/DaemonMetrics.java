package io.berth.server.metrics;

import io.berth.core.Runtime;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxState;
import io.berth.imagefs.ImageStore;
import io.berth.imagefs.PullStatistics;
import io.berth.server.BuildInformation;
import io.berth.server.cri.EventCalls;
import io.grpc.Status;
import io.prometheus.client.Collector;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Everything that a scrape shows, read from what the daemon counts and holds anyway. Any thread. */
public final class DaemonMetrics extends Collector {
    private static final double NANOSECONDS = 1e9;

    private final Runtime runtime;
    private final ImageStore images;
    private final CallMetrics calls;
    private final EventCalls events;

    public DaemonMetrics(Runtime runtime, ImageStore images, CallMetrics calls, EventCalls events) {
        this.runtime = runtime;
        this.images = images;
        this.calls = calls;
        this.events = events;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Families families = new Families();
        families.gauge("build_info", "The version that runs; always 1.", "version")
                .value(1, BuildInformation.version());
        calls(families);
        pods(families);
        pulls(families);
        events(families);
        MachineMetrics.add(families);
        return families.all();
    }

    private void calls(Families families) {
        Families.Family ended =
                families.counter("calls", "CRI calls that have ended, by method and gRPC code.", "method", "code");
        Families.Family running = families.gauge("calls_running", "CRI calls under way.", "method");
        Families.Family took =
                families.histogram("call_duration_seconds", "How long CRI calls took, first byte to last.", "method");
        calls.methods().forEach((name, method) -> {
            for (Map.Entry<Status.Code, LongAdder> code : method.ended.entrySet()) {
                ended.value(code.getValue().sum(), name, code.getKey().name());
            }
            running.value(method.running(), name);
            histogram(took, name, method);
        });
    }

    private static void histogram(Families.Family family, String name, CallMetrics.Method method) {
        long count = 0;
        for (int bucket = 0; bucket < method.buckets.length; bucket++) {
            count += method.buckets[bucket].sum();
            String bound = bucket < CallMetrics.BOUNDS.length
                    ? Collector.doubleToGoString(CallMetrics.BOUNDS[bucket])
                    : "+Inf";
            family.series("_bucket", (double) count, List.of("le"), List.of(name, bound));
        }
        family.series("_count", (double) count, List.of(), List.of(name));
        family.series("_sum", method.nanoseconds.sum() / NANOSECONDS, List.of(), List.of(name));
    }

    private void pods(Families families) {
        Families.Family sandboxes = families.gauge("sandboxes", "Sandboxes by state.", "state");
        List<Sandbox> all = runtime.sandboxes();
        for (SandboxState state : SandboxState.values()) {
            sandboxes.value(
                    all.stream().filter(each -> each.state() == state).count(),
                    state.name().toLowerCase(Locale.ROOT));
        }
        families.gauge("shims", "Pod supervisors that run.")
                .value(all.stream().filter(each -> each.shimPid() != 0).count());
        Families.Family containers = families.gauge("containers", "Containers by state.", "state");
        List<Container> inside = runtime.containers();
        for (String state : List.of("created", "running", "exited", "unknown")) {
            containers.value(
                    inside.stream()
                            .filter(each -> state(each.state()).equals(state))
                            .count(),
                    state);
        }
    }

    private static String state(ContainerState state) {
        return switch (state) {
            case ContainerState.Created created -> "created";
            case ContainerState.Running running -> "running";
            case ContainerState.Exited exited -> "exited";
            case ContainerState.Unknown unknown -> "unknown";
        };
    }

    private void pulls(Families families) {
        PullStatistics pulls = images.pullStatistics();
        families.counter("pulls", "Images pulled or imported, by how it ended.", "result")
                .value(pulls.succeeded(), "success")
                .value(pulls.failed(), "failure");
        families.gauge("pulls_running", "Pulls and imports under way.").value(pulls.running());
        Families.Family failures =
                families.counter("pull_failures", "Pulls and imports that failed, by why they did.", "kind");
        pulls.failures()
                .forEach((kind, count) -> failures.value(count, kind.name().toLowerCase(Locale.ROOT)));
        families.counter("pulled_bytes", "Bytes of layers that have come from registries, compressed.")
                .value(pulls.layerBytes());
        Families.Family took =
                families.histogram("pull_duration_seconds", "How long pulls and imports took that have ended.");
        long count = 0;
        for (int bucket = 0; bucket < pulls.durations().size(); bucket++) {
            count += pulls.durations().get(bucket);
            String bound = bucket < PullStatistics.BOUNDS.size()
                    ? Collector.doubleToGoString(PullStatistics.BOUNDS.get(bucket))
                    : "+Inf";
            took.series("_bucket", (double) count, List.of("le"), List.of(bound));
        }
        took.series("_count", (double) count, List.of(), List.of());
        took.series("_sum", pulls.nanoseconds() / NANOSECONDS, List.of(), List.of());
        families.gauge("images", "Images in the store.").value(images.list().size());
    }

    private void events(Families families) {
        families.gauge("event_streams", "Subscribers of container events.").value(events.subscribers());
        families.counter("event_streams_cut_off", "Subscribers that were ended because they did not read.")
                .value(events.cutOff());
    }
}
