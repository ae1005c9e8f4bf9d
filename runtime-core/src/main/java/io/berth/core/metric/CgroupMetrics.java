package io.berth.core.metric;

import io.berth.core.statistics.CgroupFolder;
import io.berth.core.statistics.KernelText;
import io.berth.core.statistics.PressureStatistics;
import java.util.List;

/** Metrics of one cgroup's files: processor, memory, huge pages, pressure, limits. */
final class CgroupMetrics {
    /** The page sizes of all machines that Berth runs on, as the kernel names them. */
    private static final List<String> PAGE_SIZES = List.of("64KB", "2MB", "32MB", "512MB", "1GB", "16GB");

    private CgroupMetrics() {}

    static void processor(CgroupFolder folder, Samples samples) {
        KernelText stat = folder.file("cpu.stat");
        if (stat == null) {
            return;
        }
        samples.addMicroseconds(PodMetric.CPU_USAGE, stat.value("usage_usec"), "total");
        samples.addMicroseconds(PodMetric.CPU_USER, stat.value("user_usec"));
        samples.addMicroseconds(PodMetric.CPU_SYSTEM, stat.value("system_usec"));
        samples.add(PodMetric.CPU_PERIODS, stat.value("nr_periods"));
        samples.add(PodMetric.CPU_THROTTLED_PERIODS, stat.value("nr_throttled"));
        samples.addMicroseconds(PodMetric.CPU_THROTTLED, stat.value("throttled_usec"));
        samples.add(PodMetric.CPU_BURST_PERIODS, stat.value("nr_bursts"));
        samples.addMicroseconds(PodMetric.CPU_BURST, stat.value("burst_usec"));
    }

    static void memory(CgroupFolder folder, Samples samples) {
        long usage = folder.number("memory.current");
        samples.add(PodMetric.MEMORY_USAGE, usage);
        samples.add(PodMetric.MEMORY_MAX_USAGE, folder.number("memory.peak"));
        samples.add(PodMetric.MEMORY_SWAP, folder.number("memory.swap.current"));
        KernelText stat = folder.file("memory.stat");
        if (stat != null) {
            memory(stat, usage, samples);
        }
        KernelText events = folder.file("memory.events");
        if (events != null) {
            samples.add(PodMetric.MEMORY_FAILCNT, events.value("max"));
            samples.add(PodMetric.MEMORY_EVENTS_HIGH, events.value("high"));
            samples.add(PodMetric.MEMORY_EVENTS_MAX, events.value("max"));
            samples.add(PodMetric.OOM_EVENTS, events.value("oom_kill"));
        }
    }

    private static void memory(KernelText stat, long usage, Samples samples) {
        long inactive = stat.value("inactive_file");
        if (usage >= 0 && inactive >= 0) {
            samples.add(PodMetric.MEMORY_WORKING_SET, Math.max(0, usage - inactive));
        }
        samples.add(PodMetric.MEMORY_RSS, stat.value("anon"));
        samples.add(PodMetric.MEMORY_CACHE, stat.value("file"));
        samples.add(PodMetric.MEMORY_KERNEL, stat.value("kernel"));
        samples.add(PodMetric.MEMORY_MAPPED_FILE, stat.value("file_mapped"));
        samples.add(PodMetric.MEMORY_ACTIVE_FILE, stat.value("active_file"));
        samples.add(PodMetric.MEMORY_INACTIVE_FILE, inactive);
        samples.add(PodMetric.MEMORY_FILE_DIRTY, stat.value("file_dirty"));
        samples.add(PodMetric.MEMORY_FILE_WRITEBACK, stat.value("file_writeback"));
        samples.add(PodMetric.MEMORY_PGSCAN, stat.value("pgscan"));
        samples.add(PodMetric.MEMORY_PGSTEAL, stat.value("pgsteal"));
        samples.add(PodMetric.MEMORY_REFAULT_FILE, stat.value("workingset_refault_file"));
        samples.add(PodMetric.MEMORY_REFAULT_ANON, stat.value("workingset_refault_anon"));
        // In version 2 a cgroup's numbers hold those of the cgroups below, so that both scopes are one.
        for (String scope : List.of("container", "hierarchy")) {
            samples.add(PodMetric.MEMORY_FAILURES, stat.value("pgfault"), "pgfault", scope);
            samples.add(PodMetric.MEMORY_FAILURES, stat.value("pgmajfault"), "pgmajfault", scope);
        }
    }

    static void hugePages(CgroupFolder folder, Samples samples) {
        for (String size : PAGE_SIZES) {
            long usage = folder.number("hugetlb." + size + ".current");
            if (usage >= 0) {
                samples.add(PodMetric.HUGETLB_USAGE, usage, size);
                KernelText events = folder.file("hugetlb." + size + ".events");
                samples.add(PodMetric.HUGETLB_FAILCNT, events == null ? KernelText.NONE : events.value("max"), size);
            }
        }
    }

    static void pressure(CgroupFolder folder, Samples samples) {
        pressure(folder, "cpu.pressure", PodMetric.PRESSURE_CPU_WAITING, PodMetric.PRESSURE_CPU_STALLED, samples);
        pressure(
                folder,
                "memory.pressure",
                PodMetric.PRESSURE_MEMORY_WAITING,
                PodMetric.PRESSURE_MEMORY_STALLED,
                samples);
        pressure(folder, "io.pressure", PodMetric.PRESSURE_IO_WAITING, PodMetric.PRESSURE_IO_STALLED, samples);
    }

    private static void pressure(
            CgroupFolder folder, String file, PodMetric waiting, PodMetric stalled, Samples samples) {
        PressureStatistics pressure = folder.pressure(file);
        if (pressure != null) {
            samples.addMicroseconds(waiting, pressure.some().totalMicroseconds());
            samples.addMicroseconds(stalled, pressure.full().totalMicroseconds());
        }
    }

    /** The limits in force. */
    static void limits(CgroupFolder folder, long shares, Samples samples) {
        KernelText maximum = folder.file("cpu.max");
        if (maximum != null) {
            samples.add(PodMetric.SPEC_CPU_QUOTA, maximum.number());
            samples.add(PodMetric.SPEC_CPU_PERIOD, maximum.field(1));
        }
        if (shares > 0) {
            samples.add(PodMetric.SPEC_CPU_SHARES, shares);
        }
        limit(folder, "memory.max", PodMetric.SPEC_MEMORY_LIMIT, samples);
        limit(folder, "memory.high", PodMetric.SPEC_MEMORY_RESERVATION, samples);
        limit(folder, "memory.swap.max", PodMetric.SPEC_MEMORY_SWAP_LIMIT, samples);
        limit(folder, "pids.max", PodMetric.THREADS_MAX, samples);
    }

    private static void limit(CgroupFolder folder, String file, PodMetric metric, Samples samples) {
        KernelText text = folder.file(file);
        if (text != null) {
            samples.add(metric, Math.max(0, text.number()));
        }
    }
}
