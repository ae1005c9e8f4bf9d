package io.berth.core.lifecycle;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.sandbox.SandboxState;
import io.berth.core.statistics.CgroupStatistics;
import io.berth.core.statistics.ContainerStatistics;
import io.berth.core.statistics.NetworkUsage;
import io.berth.core.statistics.SandboxStatistics;
import io.berth.core.statistics.WritableLayerUsage;
import io.berth.imagefs.SnapshotUsage;
import io.berth.kernel.SystemCalls;
import io.berth.network.InterfaceStatistics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sandboxes and containers use, read when asked; only writable layers are counted beforehand. Something that is
 * gone meanwhile is left out.
 */
final class StatisticsReader {
    private static final Logger LOGGER = LoggerFactory.getLogger(StatisticsReader.class);

    /** Whoever asks for one container gets its writable layer as it is; lists take what was counted last. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Parts parts;
    private final CgroupStatistics cgroups;

    StatisticsReader(Parts parts) {
        this.parts = parts;
        this.cgroups = new CgroupStatistics(parts.cgroups(), SystemCalls.real());
    }

    CgroupStatistics cgroups() {
        return cgroups;
    }

    ContainerStatistics container(Container container) {
        return container(container, key -> parts.images().snapshotUsage(key, FRESH));
    }

    private ContainerStatistics fromList(Container container) {
        return container(container, parts.images()::lastSnapshotUsage);
    }

    private ContainerStatistics container(Container container, Function<String, SnapshotUsage> layers) {
        WritableLayerUsage layer = writableLayer(container, layers);
        if (!(container.state() instanceof ContainerState.Running)) {
            return new ContainerStatistics(container, null, null, null, null, layer);
        }
        String path = container.cgroupPath();
        return cgroups.reading(path, folder -> {
            long now = Identifiers.now();
            return new ContainerStatistics(
                    container,
                    cgroups.cpu(folder, path, now),
                    cgroups.memory(folder, now),
                    cgroups.swap(folder, now),
                    cgroups.io(folder, now),
                    layer);
        });
    }

    List<ContainerStatistics> containers(Predicate<Container> filter) {
        retain();
        return parts.containers().all().stream()
                .map(ContainerEntry::container)
                .filter(filter)
                .map(this::fromList)
                .toList();
    }

    SandboxStatistics sandbox(Sandbox sandbox) {
        Map<String, List<InterfaceStatistics>> traffic = new HashMap<>();
        if (hasNetwork(sandbox)) {
            traffic.put(sandbox.id(), traffic(() -> parts.network().statistics(sandbox.id()), List.of()));
        }
        return sandbox(sandbox, traffic, containersOf(sandbox), this::container);
    }

    List<SandboxStatistics> sandboxes(Predicate<Sandbox> filter) {
        retain();
        List<Sandbox> sandboxes = parts.sandboxes().all().stream()
                .map(SandboxEntry::sandbox)
                .filter(filter)
                .toList();
        Map<String, List<InterfaceStatistics>> traffic = traffic();
        Map<String, List<Container>> containers = containersBySandbox();
        return sandboxes.stream()
                .map(sandbox ->
                        sandbox(sandbox, traffic, containers.getOrDefault(sandbox.id(), List.of()), this::fromList))
                .toList();
    }

    private SandboxStatistics sandbox(
            Sandbox sandbox,
            Map<String, List<InterfaceStatistics>> traffic,
            List<Container> containers,
            Function<Container, ContainerStatistics> read) {
        // A pod's cgroup that others share (two pods of one cgroup_parent) would be counted for each of them.
        String path = sandbox.cgroupParent();
        List<ContainerStatistics> inside = containers.stream()
                .filter(container -> container.state() instanceof ContainerState.Running)
                .map(read)
                .toList();
        return cgroups.reading(path, folder -> {
            long now = Identifiers.now();
            return new SandboxStatistics(
                    sandbox,
                    now,
                    cgroups.cpu(folder, path, now),
                    cgroups.memory(folder, now),
                    cgroups.io(folder, now),
                    network(sandbox, traffic, now),
                    cgroups.processCount(folder),
                    inside);
        });
    }

    private List<Container> containersOf(Sandbox sandbox) {
        return parts.containers().of(sandbox.id()).stream()
                .map(ContainerEntry::container)
                .toList();
    }

    /** The containers of every sandbox. */
    Map<String, List<Container>> containersBySandbox() {
        Map<String, List<Container>> bySandbox = new HashMap<>();
        parts.containers()
                .all()
                .forEach(entry -> bySandbox
                        .computeIfAbsent(entry.sandbox().id(), id -> new ArrayList<>())
                        .add(entry.container()));
        return bySandbox;
    }

    private void retain() {
        cgroups.retain(Stream.concat(
                        parts.sandboxes().all().stream()
                                .map(entry -> entry.sandbox().cgroupParent()),
                        parts.containers().all().stream()
                                .map(entry -> entry.container().cgroupPath()))
                .collect(Collectors.toSet()));
    }

    /** The counters of all pods by sandbox, read in one go. */
    Map<String, List<InterfaceStatistics>> traffic() {
        return traffic(() -> parts.network().statistics(), Map.of());
    }

    private static <T> T traffic(Supplier<T> reader, T none) {
        try {
            return reader.get();
        } catch (RuntimeException failure) {
            LOGGER.debug("No traffic counters: {}", failure.getMessage());
            return none;
        }
    }

    static boolean hasNetwork(Sandbox sandbox) {
        return sandbox.state() == SandboxState.READY
                && !sandbox.networkNamespace().isEmpty();
    }

    private static @Nullable NetworkUsage network(
            Sandbox sandbox, Map<String, List<InterfaceStatistics>> traffic, long now) {
        List<InterfaceStatistics> interfaces = traffic.getOrDefault(sandbox.id(), List.of());
        if (!hasNetwork(sandbox) || interfaces.isEmpty()) {
            return null;
        }
        return new NetworkUsage(
                now,
                interfaces.stream()
                        .map(each -> new NetworkUsage.Interface(
                                each.interfaceName(),
                                each.receivedBytes(),
                                each.receivedPackets(),
                                each.receiveErrors(),
                                each.receiveDropped(),
                                each.transmittedBytes(),
                                each.transmittedPackets(),
                                each.transmitErrors(),
                                each.transmitDropped()))
                        .toList());
    }

    private @Nullable WritableLayerUsage writableLayer(Container container, Function<String, SnapshotUsage> layers) {
        try {
            SnapshotUsage usage = layers.apply(container.id());
            return new WritableLayerUsage(
                    usage.timestamp(), parts.images().root().toString(), usage.bytes(), usage.inodes());
        } catch (RuntimeException gone) {
            LOGGER.atDebug()
                    .addKeyValue("container", container.id())
                    .log("No size of the writable layer: {}", gone.getMessage());
            return null;
        }
    }
}
