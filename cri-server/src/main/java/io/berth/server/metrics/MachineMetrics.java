package io.berth.server.metrics;

import io.berth.kernel.ProcessorTime;
import java.io.File;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process and its virtual machine. */
final class MachineMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(MachineMetrics.class);
    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+(\\d+) kB$", Pattern.MULTILINE);
    private static final double MILLISECONDS = 1e3;
    private static final double NANOSECONDS = 1e9;
    private static final double KILOBYTE = 1024;

    private MachineMetrics() {}

    static void add(Families families) {
        process(families);
        memory(families);
        Families.Family collections = families.counter("jvm_collections", "Garbage collections.", "collector");
        Families.Family time =
                families.counter("jvm_collection_seconds", "Time spent in garbage collections.", "collector");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections.value(Math.max(0, collector.getCollectionCount()), collector.getName());
            time.value(Math.max(0, collector.getCollectionTime()) / MILLISECONDS, collector.getName());
        }
        families.gauge("jvm_threads", "Threads of the virtual machine's own count.")
                .value(ManagementFactory.getThreadMXBean().getThreadCount());
        families.gauge("jvm_classes", "Classes that are loaded.")
                .value(ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    }

    private static void memory(Families families) {
        Families.Family used = families.gauge("jvm_memory_used_bytes", "Memory in use, by pool.", "pool");
        Families.Family committed =
                families.gauge("jvm_memory_committed_bytes", "Memory taken from the system, by pool.", "pool");
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            used.value(pool.getUsage().getUsed(), pool.getName());
            committed.value(pool.getUsage().getCommitted(), pool.getName());
        }
        Families.Family buffers = families.gauge("jvm_buffers_bytes", "Buffers outside the heap, by pool.", "pool");
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            buffers.value(Math.max(0, pool.getMemoryUsed()), pool.getName());
        }
    }

    private static void process(Families families) {
        families.counter("process_cpu_seconds", "Processor time of the daemon.")
                .value(ProcessorTime.nanos() / NANOSECONDS);
        ProcessHandle.current()
                .info()
                .startInstant()
                .ifPresent(start -> families.gauge(
                                "process_start_time_seconds", "When the daemon was started, since the epoch.")
                        .value(start.toEpochMilli() / MILLISECONDS));
        String[] descriptors = new File("/proc/self/fd").list();
        if (descriptors != null) {
            families.gauge("process_open_descriptors", "Open file descriptors.").value(descriptors.length);
        }
        try {
            Matcher resident = RESIDENT.matcher(Files.readString(Path.of("/proc/self/status")));
            if (resident.find()) {
                families.gauge("process_resident_bytes", "Resident memory of the daemon.")
                        .value(Long.parseLong(resident.group(1)) * KILOBYTE);
            }
        } catch (IOException e) {
            LOG.debug("resident memory is not known: {}", e.getMessage());
        }
    }
}
