package io.berth.core;

import io.berth.core.cdi.CdiDevices;
import io.berth.core.cgroup.Cgroups;
import io.berth.core.cgroup.LinuxResources;
import io.berth.core.container.Container;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ExecResult;
import io.berth.core.event.ContainerEvent;
import io.berth.core.event.Events;
import io.berth.core.image.Images;
import io.berth.core.image.StoredImages;
import io.berth.core.lifecycle.ContainerIndex;
import io.berth.core.lifecycle.Directories;
import io.berth.core.lifecycle.Lifecycle;
import io.berth.core.lifecycle.Parts;
import io.berth.core.lifecycle.PluginHooks;
import io.berth.core.lifecycle.SandboxEntry;
import io.berth.core.lifecycle.StartedNetwork;
import io.berth.core.metric.PodMetrics;
import io.berth.core.nri.NriConfig;
import io.berth.core.plan.PlanCompiler;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.security.AppArmor;
import io.berth.core.security.HostFacts;
import io.berth.core.selinux.Relabeler;
import io.berth.core.selinux.SelinuxLabels;
import io.berth.core.spec.DeviceLister;
import io.berth.core.spec.SeccompProfiles;
import io.berth.core.spec.SpecBuilder;
import io.berth.core.state.Index;
import io.berth.core.state.Names;
import io.berth.core.state.StateStore;
import io.berth.core.statistics.ContainerStatistics;
import io.berth.core.statistics.SandboxStatistics;
import io.berth.core.status.RuntimeStatus;
import io.berth.core.status.StatusReader;
import io.berth.core.stream.Streams;
import io.berth.imagefs.ImageStore;
import io.berth.kernel.SystemCalls;
import io.berth.kernel.devices.DeviceFilters;
import io.berth.kernel.seccomp.SeccompCompiler;
import io.berth.kernel.shim.ShimLoop;
import io.berth.network.PodNetwork;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The runtime on this machine's kernel. */
public final class BerthRuntime implements Runtime {
    private static final Logger LOGGER = LoggerFactory.getLogger(BerthRuntime.class);

    private final Parts parts;
    private final AppArmor apparmor;
    private final Lifecycle lifecycle;
    private final StatusReader status;
    private volatile String podCidr = "";

    private BerthRuntime(Parts parts, AppArmor apparmor) {
        this.parts = parts;
        this.apparmor = apparmor;
        this.lifecycle = new Lifecycle(parts);
        this.status = new StatusReader(parts.config(), parts.cgroups(), parts.host());
    }

    /**
     * Opens the state, takes up what an earlier daemon left and is ready. The image store and the network stay the
     * caller's to close, after this.
     */
    public static BerthRuntime open(RuntimeConfig config, ImageStore images, PodNetwork network) {
        return open(config, new StoredImages(images), network);
    }

    /** As above, with images from elsewhere. */
    static BerthRuntime open(RuntimeConfig config, Images images, PodNetwork network) {
        Cgroups cgroups = Cgroups.detect(config.missingControllers());
        DeviceFilters deviceFilters = new DeviceFilters(SystemCalls.real());
        HostFacts host = HostFacts.read(deviceFilters.available());
        StartedNetwork started = new StartedNetwork(network);
        AppArmor apparmor = AppArmor.on(host);
        Index<SandboxEntry> sandboxes = new Index<>("sandbox");
        SelinuxLabels selinux = SelinuxLabels.on(host, () -> levels(sandboxes));
        Parts parts = new Parts(
                config,
                images,
                started,
                cgroups,
                new Directories(config.runDirectory()),
                StateStore.open(config.stateDirectory().resolve("state.db")),
                ShimLoop.start(),
                host,
                new SpecBuilder(host, new SeccompProfiles(host.architecture()), new DeviceLister(), apparmor, selinux),
                new CdiDevices(config.cdiDirectories()),
                selinux,
                new Relabeler(SystemCalls.real()),
                new PlanCompiler(new SeccompCompiler(SystemCalls.real())),
                deviceFilters,
                sandboxes,
                new ContainerIndex(),
                new Names("sandbox"),
                new Names("container"),
                new Events(),
                new PluginHooks());
        BerthRuntime runtime = new BerthRuntime(parts, apparmor);
        runtime.status.lacks().forEach(lack -> LOGGER.warn("This node is not complete: {}", lack));
        runtime.lifecycle.recover();
        return runtime;
    }

    private static Set<String> levels(Index<SandboxEntry> sandboxes) {
        return sandboxes.all().stream()
                .map(entry -> entry.sandbox().config().security().selinux().level())
                .collect(Collectors.toSet());
    }

    /**
     * Makes what the first requests would otherwise wait for: the network, spare shims, the writers of records, the
     * usual seccomp filter, and the AppArmor profile. To be called in the background, once the daemon answers.
     */
    public void prepare() {
        parts.network().tryStart();
        lifecycle.prepare();
        parts.store().prepare();
        parts.plans().prepare(parts.specs().usualSeccomp());
        apparmor.load();
    }

    /** Lets NRI plugins connect. A node on which they cannot says so, and does without. */
    public void servePlugins(NriConfig nri) {
        try {
            lifecycle.plugins().serve(nri);
        } catch (IOException failure) {
            LOGGER.error("NRI plugins cannot connect: {}", failure.getMessage());
        }
    }

    @Override
    public String runSandbox(SandboxConfig config, String runtimeHandler) {
        return lifecycle.runSandbox(config, runtimeHandler);
    }

    @Override
    public void stopSandbox(String id) {
        lifecycle.stopSandbox(id);
    }

    @Override
    public void removeSandbox(String id) {
        lifecycle.removeSandbox(id);
    }

    @Override
    public Sandbox sandbox(String id) {
        return parts.sandboxes().get(id).sandbox();
    }

    @Override
    public List<Sandbox> sandboxes() {
        return parts.sandboxes().all().stream().map(entry -> entry.sandbox()).toList();
    }

    @Override
    public void updateSandboxResources(
            String id, @Nullable LinuxResources overhead, @Nullable LinuxResources resources) {
        lifecycle.updateSandboxResources(id, overhead, resources);
    }

    @Override
    public String createContainer(String sandboxId, ContainerConfig config, SandboxConfig sandboxConfig) {
        return lifecycle.createContainer(sandboxId, config, sandboxConfig);
    }

    @Override
    public void startContainer(String id) {
        lifecycle.startContainer(id);
    }

    @Override
    public void stopContainer(String id, Duration grace) {
        lifecycle.stopContainer(id, grace);
    }

    @Override
    public void removeContainer(String id) {
        lifecycle.removeContainer(id);
    }

    @Override
    public Container container(String id) {
        return parts.containers().get(id).container();
    }

    @Override
    public List<Container> containers() {
        return parts.containers().all().stream().map(entry -> entry.container()).toList();
    }

    @Override
    public List<Container> containersOf(String sandboxId) {
        return parts.containers().of(sandboxId).stream()
                .map(entry -> entry.container())
                .toList();
    }

    @Override
    public CompletionStage<ExecResult> execSync(String id, List<String> command, Duration timeout) {
        return lifecycle.execSync(id, command, timeout);
    }

    @Override
    public Streams streams() {
        return lifecycle.streams();
    }

    @Override
    public void updateResources(String id, LinuxResources resources) {
        lifecycle.updateResources(id, resources);
    }

    @Override
    public void reopenLog(String id) {
        lifecycle.reopenLog(id);
    }

    @Override
    public ContainerStatistics containerStatistics(String id) {
        return lifecycle.containerStatistics(container(id));
    }

    @Override
    public List<ContainerStatistics> containerStatistics(Predicate<Container> filter) {
        return lifecycle.containerStatistics(filter);
    }

    @Override
    public SandboxStatistics sandboxStatistics(String id) {
        return lifecycle.sandboxStatistics(sandbox(id));
    }

    @Override
    public List<SandboxStatistics> sandboxStatistics(Predicate<Sandbox> filter) {
        return lifecycle.sandboxStatistics(filter);
    }

    @Override
    public Map<String, String> sandboxInformation(String id) {
        return lifecycle.information().sandbox(sandbox(id));
    }

    @Override
    public Map<String, String> containerInformation(String id) {
        return lifecycle.information().container(container(id));
    }

    @Override
    public List<PodMetrics> metrics() {
        return lifecycle.metrics();
    }

    @Override
    public Events.Subscription events(Consumer<ContainerEvent> listener) {
        return parts.events().subscribe(listener);
    }

    @Override
    public RuntimeStatus status() {
        return status.status(parts.network().status(), podCidr);
    }

    @Override
    public void updatePodCidr(String newPodCidr) {
        if (!newPodCidr.equals(podCidr)) {
            podCidr = newPodCidr;
            LOGGER.info(
                    "The kubelet says the pod range {}; the built-in network's range is its configuration's", podCidr);
        }
    }

    @Override
    public void close() {
        lifecycle.close();
        parts.shims().close();
        parts.deviceFilters().close();
        removeNetwork();
        parts.store().close();
    }

    /** A node without pods is left as it was found. */
    private void removeNetwork() {
        try {
            if (parts.network().removeIfUnused()) {
                LOGGER.info("No pod uses the network: it is removed");
            }
        } catch (RuntimeException failure) {
            LOGGER.warn("The network, which no pod uses, is left behind: {}", failure.getMessage());
        }
    }
}
