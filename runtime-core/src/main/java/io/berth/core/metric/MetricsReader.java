package io.berth.core.metric;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerState;
import io.berth.core.sandbox.Sandbox;
import io.berth.core.statistics.CgroupFolder;
import io.berth.core.statistics.CgroupStatistics;
import io.berth.core.statistics.KernelText;
import io.berth.imagefs.SnapshotUsage;
import io.berth.kernel.SystemCalls;
import io.berth.network.InterfaceStatistics;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the metrics of pods that are up, and of their running containers. What the kernel does not count is left out,
 * and so is what is gone while it is read. Any thread.
 */
public final class MetricsReader implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(MetricsReader.class);
    private static final long NANOSECONDS = 1_000_000_000L;

    private final CgroupStatistics cgroups;
    private final SystemCalls calls;
    private final Function<String, SnapshotUsage> layers;
    private final LoadAverages loads;
    private final ProcessMetrics processes;

    /**
     * A reader.
     *
     * @param layers what a container's writable layer took when it was counted last; throws where there is none
     * @param containers the cgroups of those that run, for load averages
     */
    public MetricsReader(
            CgroupStatistics cgroups,
            SystemCalls calls,
            Function<String, SnapshotUsage> layers,
            Supplier<Set<String>> containers) {
        this.cgroups = cgroups;
        this.calls = calls;
        this.layers = layers;
        this.processes = new ProcessMetrics(calls);
        this.loads = new LoadAverages(
                containers, path -> cgroups.reading(path, folder -> ThreadStates.of(folder.threads(), folder.text())));
    }

    /** What is the same for all pods of one answer. */
    public final class Answer {
        private final DiskMetrics disks;
        private final FileSystemMetrics fileSystem;
        private final Map<String, List<InterfaceStatistics>> traffic;

        private Answer(Path layersRoot, Map<String, List<InterfaceStatistics>> traffic) {
            this.traffic = traffic;
            this.fileSystem = FileSystemMetrics.of(calls, layersRoot);
            KernelText text = new KernelText(calls);
            this.disks = DiskMetrics.of(text.read(null, "/proc/diskstats") ? text.text() : "");
        }

        /** The metrics of a pod and of those of its containers that run. */
        public PodMetrics of(Sandbox sandbox, List<Container> containers) {
            Samples samples = new Samples();
            List<ContainerMetrics> inside = new ArrayList<>();
            boolean failed = false;
            for (Container container : containers) {
                if (container.state() instanceof ContainerState.Running running) {
                    try {
                        inside.add(of(container, running));
                    } catch (RuntimeException failure) {
                        failed = true;
                        LOGGER.atWarn()
                                .addKeyValue("container", container.id())
                                .log("Cannot read its metrics: {}", failure.getMessage());
                    }
                }
            }
            cgroups.reading(sandbox.cgroupParent(), folder -> {
                shared(folder, samples);
                return samples;
            });
            traffic.getOrDefault(sandbox.id(), List.of()).forEach(each -> NetworkMetrics.add(each, samples));
            samples.add(PodMetric.SCRAPE_ERROR, failed ? 1 : 0);
            return new PodMetrics(sandbox, now(), samples.all(), inside);
        }

        private ContainerMetrics of(Container container, ContainerState.Running running) {
            Samples samples = new Samples();
            long now = now();
            samples.add(PodMetric.LAST_SEEN, now / NANOSECONDS);
            samples.add(PodMetric.START_TIME, running.startedAt() / NANOSECONDS);
            fileSystem(container, samples);
            cgroups.reading(container.cgroupPath(), folder -> {
                shared(folder, samples);
                CgroupMetrics.limits(folder, container.resources().cpuShares(), samples);
                threads(folder, container, running, samples);
                return samples;
            });
            return new ContainerMetrics(container, now, samples.all());
        }

        private void shared(CgroupFolder folder, Samples samples) {
            CgroupMetrics.processor(folder, samples);
            CgroupMetrics.memory(folder, samples);
            CgroupMetrics.hugePages(folder, samples);
            CgroupMetrics.pressure(folder, samples);
            disks.add(folder, samples);
        }

        private void fileSystem(Container container, Samples samples) {
            SnapshotUsage layer;
            try {
                layer = layers.apply(container.id());
            } catch (RuntimeException gone) {
                LOGGER.atDebug()
                        .addKeyValue("container", container.id())
                        .log("No size of the writable layer: {}", gone.getMessage());
                return;
            }
            fileSystem.add(layer, samples);
        }
    }

    /**
     * Begins an answer.
     *
     * @param layersRoot the directory of the writable layers
     * @param traffic the counters of the pods' interfaces by sandbox
     */
    public Answer answer(Path layersRoot, Map<String, List<InterfaceStatistics>> traffic) {
        loads.asked();
        return new Answer(layersRoot, traffic);
    }

    private void threads(CgroupFolder folder, Container container, ContainerState.Running running, Samples samples) {
        List<Integer> pids = folder.processes();
        List<String> threads = folder.threads();
        samples.add(PodMetric.PROCESSES, pids.size());
        samples.add(PodMetric.THREADS, threads.size());
        processes.descriptors(pids, samples);
        ProcessMetrics.softLimits(running.pid(), folder.text(), samples);
        ThreadStates.of(threads, folder.text()).add(samples);
        loads.add(container.cgroupPath(), samples);
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOSECONDS + now.getNano();
    }

    /** Ends the thread of the load averages. */
    @Override
    public void close() {
        loads.close();
    }
}
