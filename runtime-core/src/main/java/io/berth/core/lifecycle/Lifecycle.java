package io.berth.core.lifecycle;

import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ExecResult;
import io.berth.core.metric.PodMetrics;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.statistics.ContainerStatistics;
import io.berth.core.statistics.SandboxStatistics;
import io.berth.core.stream.Streams;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The operations on sandboxes and containers, each to the class that does it. */
public final class Lifecycle {
    /**
     * Enough for the pods that a kubelet starts at once, as of a new deployment, and for a caller that starts one after
     * another; a longer burst starts its own.
     */
    private static final int SPARE_SHIMS = 12;

    private final Parts parts;
    private final ShimWatch watch;
    private final SpareShims spares;
    private final SandboxStarter sandboxStarter;
    private final SandboxStopper sandboxStopper;
    private final ContainerCreator creator;
    private final ContainerStarter starter;
    private final ContainerStopper stopper;
    private final ContainerCommands commands;
    private final ResourceUpdater updater;
    private final StatisticsReader statistics;
    private final PodMetricsReader metrics;
    private final ContainerStreams streams;
    private final Information information;
    private final PluginActions plugins;

    public Lifecycle(Parts parts) {
        this.parts = parts;
        this.watch = new ShimWatch(parts);
        this.spares = new SpareShims(parts, watch, SPARE_SHIMS);
        ContainerPlaces places = new ContainerPlaces(parts);
        this.sandboxStarter = new SandboxStarter(parts, watch, spares, places);
        this.stopper = new ContainerStopper(parts, watch);
        this.sandboxStopper = new SandboxStopper(parts, watch, stopper, places);
        this.creator = new ContainerCreator(parts, places);
        this.starter = new ContainerStarter(parts, watch);
        this.commands = new ContainerCommands(parts);
        this.streams = new ContainerStreams(parts, commands);
        this.updater = new ResourceUpdater(parts);
        this.statistics = new StatisticsReader(parts);
        this.metrics = new PodMetricsReader(parts, statistics);
        this.information = new Information(parts);
        this.plugins = new PluginActions(parts, updater, stopper);
        parts.plugins().actions(plugins);
    }

    /** Takes up what an earlier daemon left; before anything else is called. */
    public void recover() {
        new Recovery(parts, watch).run();
    }

    /** Makes ready what the first requests would else wait for, in the background. */
    public void prepare() {
        spares.refill();
    }

    public String runSandbox(SandboxConfig config, String runtimeHandler) {
        return sandboxStarter.run(config, runtimeHandler);
    }

    public void stopSandbox(String id) {
        sandboxStopper.stop(id);
    }

    public void removeSandbox(String id) {
        sandboxStopper.remove(id);
    }

    /** Records other pod-level resources. */
    public void updateSandboxResources(
            String id, @Nullable LinuxResources overhead, @Nullable LinuxResources resources) {
        SandboxEntry entry = parts.sandboxes().get(id);
        try (Held _ = Held.of(entry.lock().writeLock(), parts.config().lockDeadline(), "the sandbox " + entry.id())) {
            parts.plugins().update(entry, overhead, resources);
            entry.config(entry.sandbox().config().withResources(overhead, resources));
            parts.store().put(entry.record());
            parts.plugins().updated(entry);
        }
    }

    public String createContainer(String sandboxId, ContainerConfig config, SandboxConfig sandboxConfig) {
        return creator.create(sandboxId, config, sandboxConfig);
    }

    public void startContainer(String id) {
        starter.start(id);
    }

    public void stopContainer(String id, Duration grace) {
        stopper.stop(id, grace);
    }

    public void removeContainer(String id) {
        stopper.remove(id);
    }

    public CompletionStage<ExecResult> execSync(String id, List<String> command, Duration timeout) {
        return commands.execSync(id, command, timeout);
    }

    public Streams streams() {
        return streams;
    }

    public void updateResources(String id, LinuxResources resources) {
        updater.update(id, resources);
    }

    public void reopenLog(String id) {
        commands.reopenLog(id);
    }

    public ContainerStatistics containerStatistics(Container container) {
        return statistics.container(container);
    }

    public List<ContainerStatistics> containerStatistics(Predicate<Container> filter) {
        return statistics.containers(filter);
    }

    public SandboxStatistics sandboxStatistics(Sandbox sandbox) {
        return statistics.sandbox(sandbox);
    }

    public List<SandboxStatistics> sandboxStatistics(Predicate<Sandbox> filter) {
        return statistics.sandboxes(filter);
    }

    public List<PodMetrics> metrics() {
        return metrics.read();
    }

    /** For verbose answers. */
    public Information information() {
        return information;
    }

    /** What NRI plugins can do here. */
    public PluginActions plugins() {
        return plugins;
    }

    /** Lets go of the shims, which live on. */
    public void close() {
        plugins.close();
        parts.plugins().close();
        metrics.close();
        spares.close();
        watch.close();
    }
}
