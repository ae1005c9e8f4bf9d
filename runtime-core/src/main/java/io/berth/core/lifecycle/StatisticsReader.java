package io.berth.core.lifecycle;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.statistics.CgroupStatistics;
import io.berth.core.statistics.ContainerStatistics;
import io.berth.core.statistics.NetworkUsage;
import io.berth.core.statistics.SandboxStatistics;
import io.berth.core.statistics.WritableLayerUsage;
import io.berth.imagefs.Usage;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What sandboxes and containers use, read when asked. Something that is gone meanwhile is left out. */
final class StatisticsReader {
    private static final Logger LOGGER = LoggerFactory.getLogger(StatisticsReader.class);

    private final Parts parts;
    private final CgroupStatistics cgroups;

    StatisticsReader(Parts parts) {
        this.parts = parts;
        this.cgroups = new CgroupStatistics(parts.cgroups());
    }

    ContainerStatistics container(Container container) {
        long now = Identifiers.now();
        String path = container.cgroupPath();
        boolean runs = container.state() instanceof ContainerState.Running;
        return new ContainerStatistics(
                container,
                runs ? cgroups.cpu(path, now) : null,
                runs ? cgroups.memory(path, now) : null,
                runs ? cgroups.swap(path, now) : null,
                runs ? cgroups.io(path, now) : null,
                writableLayer(container, now));
    }

    List<ContainerStatistics> containers(Predicate<Container> filter) {
        retain();
        return parts.containers().all().stream()
                .map(ContainerEntry::container)
                .filter(filter)
                .map(this::container)
                .toList();
    }

    SandboxStatistics sandbox(Sandbox sandbox) {
        long now = Identifiers.now();
        // A pod's cgroup that others share (two pods of one cgroup_parent) would be counted for each of them.
        String path = sandbox.cgroupParent();
        return new SandboxStatistics(
                sandbox,
                now,
                cgroups.cpu(path, now),
                cgroups.memory(path, now),
                cgroups.io(path, now),
                network(sandbox, now),
                cgroups.processCount(path),
                parts.containersOf(sandbox.id()).stream()
                        .map(ContainerEntry::container)
                        .filter(container -> container.state() instanceof ContainerState.Running)
                        .map(this::container)
                        .toList());
    }

    List<SandboxStatistics> sandboxes(Predicate<Sandbox> filter) {
        retain();
        return parts.sandboxes().all().stream()
                .map(SandboxEntry::sandbox)
                .filter(filter)
                .map(this::sandbox)
                .toList();
    }

    private void retain() {
        cgroups.retain(Stream.concat(
                        parts.sandboxes().all().stream()
                                .map(entry -> entry.sandbox().cgroupParent()),
                        parts.containers().all().stream()
                                .map(entry -> entry.container().cgroupPath()))
                .toList());
    }

    private @Nullable NetworkUsage network(Sandbox sandbox, long now) {
        if (sandbox.networkNamespace().isEmpty()) {
            return null;
        }
        try {
            return new NetworkUsage(
                    now,
                    parts.network().statistics(sandbox.id()).stream()
                            .map(each -> new NetworkUsage.Interface(
                                    each.interfaceName(),
                                    each.receivedBytes(),
                                    each.receiveErrors(),
                                    each.transmittedBytes(),
                                    each.transmitErrors()))
                            .toList());
        } catch (RuntimeException gone) {
            LOGGER.atDebug().addKeyValue("sandbox", sandbox.id()).log("No traffic counters: {}", gone.getMessage());
            return null;
        }
    }

    private @Nullable WritableLayerUsage writableLayer(Container container, long now) {
        try {
            Usage usage = parts.images().snapshotUsage(container.id());
            String mountpoint = parts.images().usage().mountpoint().toString();
            return new WritableLayerUsage(now, mountpoint, usage.bytes(), usage.inodes());
        } catch (RuntimeException gone) {
            LOGGER.atDebug()
                    .addKeyValue("container", container.id())
                    .log("No size of the writable layer: {}", gone.getMessage());
            return null;
        }
    }
}
