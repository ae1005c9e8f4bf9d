package io.berth.core.statistics;

import io.berth.core.cgroup.Cgroups;
import io.berth.core.cgroup.Controller;
import io.berth.kernel.PageSize;
import io.berth.kernel.SystemCalls;
import java.util.Collection;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one cgroup and those below it use, from the kernel's files. On a node without the memory controller memory is
 * the sum of the resident sets of the processes. What the kernel does not say is null. Safe for any number of threads.
 */
public final class CgroupStatistics {
    private final Cgroups cgroups;
    private final SystemCalls calls;
    private final KernelTexts texts;
    private final CpuRates rates = new CpuRates();
    private final CgroupTree tree = new CgroupTree();

    public CgroupStatistics(Cgroups cgroups, SystemCalls calls) {
        this.cgroups = cgroups;
        this.calls = calls;
        this.texts = new KernelTexts(calls);
    }

    /** Opens the cgroup at that path for the time of a reading. */
    public <T extends @Nullable Object> T reading(String path, Function<CgroupFolder, T> reader) {
        KernelText text = texts.take();
        try (CgroupFolder folder =
                CgroupFolder.open(calls, text, tree, cgroups.directory(path).toString())) {
            return reader.apply(folder);
        } finally {
            texts.give(text);
        }
    }

    /** Forgets the rates of cgroups that are not among these. */
    public void retain(Collection<String> paths) {
        rates.retain(paths);
    }

    /** Processor time; null when the cgroup is gone. */
    public @Nullable CpuUsage cpu(CgroupFolder folder, String path, long timestamp) {
        KernelText stat = folder.file("cpu.stat");
        long microseconds = stat == null ? KernelText.NONE : stat.value("usage_usec");
        if (microseconds == KernelText.NONE) {
            return null;
        }
        long usage = microseconds * 1000;
        return new CpuUsage(timestamp, usage, rates.of(path, timestamp, usage), folder.pressure("cpu.pressure"));
    }

    /** Memory; null when the cgroup is gone. */
    public @Nullable MemoryUsage memory(CgroupFolder folder, long timestamp) {
        if (!cgroups.has(Controller.MEMORY)) {
            return memoryOfProcesses(folder, timestamp);
        }
        long usage = folder.number("memory.current");
        KernelText stat = usage == KernelText.NONE ? null : folder.file("memory.stat");
        if (stat == null) {
            return null;
        }
        long workingSet = Math.max(0, usage - stat.valueOrZero("inactive_file"));
        long resident = stat.valueOrZero("anon");
        long faults = stat.valueOrZero("pgfault");
        long majorFaults = stat.valueOrZero("pgmajfault");
        long limit = folder.number("memory.max");
        return new MemoryUsage(
                timestamp,
                workingSet,
                limit == KernelText.NONE ? null : Math.max(0, limit - workingSet),
                usage,
                resident,
                faults,
                majorFaults,
                folder.pressure("memory.pressure"));
    }

    private @Nullable MemoryUsage memoryOfProcesses(CgroupFolder folder, long timestamp) {
        if (!folder.isThere()) {
            return null;
        }
        long pages = 0;
        for (int process : folder.processes()) {
            pages += folder.residentPages(process);
        }
        long resident = pages * PageSize.bytes();
        return new MemoryUsage(
                timestamp, resident, null, resident, resident, null, null, folder.pressure("memory.pressure"));
    }

    /** Swap; null without the memory controller or swap accounting. */
    public @Nullable SwapUsage swap(CgroupFolder folder, long timestamp) {
        long usage = cgroups.has(Controller.MEMORY) ? folder.number("memory.swap.current") : KernelText.NONE;
        if (usage == KernelText.NONE) {
            return null;
        }
        long limit = folder.number("memory.swap.max");
        return new SwapUsage(timestamp, limit == KernelText.NONE ? null : Math.max(0, limit - usage), usage);
    }

    /** Stalls on input and output; null where the kernel does not say. */
    public @Nullable IoUsage io(CgroupFolder folder, long timestamp) {
        PressureStatistics pressure = folder.pressure("io.pressure");
        return pressure == null ? null : new IoUsage(timestamp, pressure);
    }

    /** Processes of the cgroup and those below; null when it is gone. */
    public @Nullable Long processCount(CgroupFolder folder) {
        return folder.isThere() ? (long) folder.processes().size() : null;
    }
}
