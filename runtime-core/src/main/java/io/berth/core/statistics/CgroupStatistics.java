package io.berth.core.statistics;

import io.berth.core.cgroup.CgroupFiles;
import io.berth.core.cgroup.Cgroups;
import io.berth.core.cgroup.Controller;
import io.berth.core.statistics.PressureStatistics.Pressure;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * What one cgroup and those below it use, from the kernel's files. On a node without the memory controller memory is
 * the sum of the resident sets of the processes. Safe for any number of threads.
 */
public final class CgroupStatistics {
    private static final long PAGE_BYTES = 4096;
    private static final long RATE_NANOSECONDS = 1_000_000_000L;

    private final Cgroups cgroups;
    private final ConcurrentMap<String, Sample> samples = new ConcurrentHashMap<>();

    private record Sample(
            long timestamp, long usage, @Nullable Long rate) {}

    public CgroupStatistics(Cgroups cgroups) {
        this.cgroups = cgroups;
    }

    /** Processor time; null when the cgroup is gone. */
    public @Nullable CpuUsage cpu(String path, long timestamp) {
        Map<String, Long> stat = keyed(file(path, "cpu.stat"));
        Long microseconds = stat.get("usage_usec");
        if (microseconds == null) {
            return null;
        }
        long usage = microseconds * 1000;
        return new CpuUsage(timestamp, usage, rate(path, timestamp, usage), pressure(path, "cpu.pressure"));
    }

    /** The rate over the time since the last sample that is at least a second old. */
    private @Nullable Long rate(String path, long timestamp, long usage) {
        Sample sample = samples.compute(path, (key, before) -> {
            if (before == null) {
                return new Sample(timestamp, usage, null);
            }
            long elapsed = timestamp - before.timestamp();
            if (elapsed < RATE_NANOSECONDS) {
                return before;
            }
            double perSecond = (double) Math.max(0, usage - before.usage()) * 1e9 / (double) elapsed;
            return new Sample(timestamp, usage, (long) perSecond);
        });
        return sample.rate();
    }

    /** Forgets the rates of cgroups that are not among these. */
    public void retain(Collection<String> paths) {
        samples.keySet().retainAll(paths);
    }

    /** Memory; null when the cgroup is gone. */
    public @Nullable MemoryUsage memory(String path, long timestamp) {
        if (!cgroups.has(Controller.MEMORY)) {
            return memoryOfProcesses(path, timestamp);
        }
        Long usage = number(file(path, "memory.current"));
        if (usage == null) {
            return null;
        }
        Map<String, Long> stat = keyed(file(path, "memory.stat"));
        long inactive = stat.getOrDefault("inactive_file", 0L);
        long workingSet = Math.max(0, usage - inactive);
        Long limit = number(file(path, "memory.max"));
        return new MemoryUsage(
                timestamp,
                workingSet,
                limit == null ? null : Math.max(0, limit - workingSet),
                usage,
                stat.getOrDefault("anon", 0L),
                stat.getOrDefault("pgfault", 0L),
                stat.getOrDefault("pgmajfault", 0L),
                pressure(path, "memory.pressure"));
    }

    private @Nullable MemoryUsage memoryOfProcesses(String path, long timestamp) {
        if (!cgroups.exists(path)) {
            return null;
        }
        long resident = 0;
        for (int pid : allProcesses(path)) {
            String text = CgroupFiles.readOrNull(Path.of("/proc", Integer.toString(pid), "statm"));
            if (text != null) {
                String[] fields = text.strip().split(" ", -1);
                resident += fields.length > 1 ? Long.parseLong(fields[1]) * PAGE_BYTES : 0;
            }
        }
        return new MemoryUsage(timestamp, resident, null, resident, resident, 0, 0, pressure(path, "memory.pressure"));
    }

    /** Swap; null without the memory controller or swap accounting. */
    public @Nullable SwapUsage swap(String path, long timestamp) {
        Long usage = number(file(path, "memory.swap.current"));
        if (usage == null) {
            return null;
        }
        Long limit = number(file(path, "memory.swap.max"));
        return new SwapUsage(timestamp, limit == null ? 0 : Math.max(0, limit - usage), usage);
    }

    /** Stalls on input and output; null where the kernel does not say. */
    public @Nullable IoUsage io(String path, long timestamp) {
        PressureStatistics pressure = pressure(path, "io.pressure");
        return pressure == null ? null : new IoUsage(timestamp, pressure);
    }

    /** Processes of the cgroup and those below. */
    public long processCount(String path) {
        Long counted = number(file(path, "pids.current"));
        return counted != null ? counted : allProcesses(path).size();
    }

    private List<Integer> allProcesses(String path) {
        return cgroups.processesBelow(path);
    }

    private @Nullable PressureStatistics pressure(String path, String name) {
        String text = file(path, name);
        if (text == null) {
            return null;
        }
        Pressure some = new Pressure(0, 0, 0, 0);
        Pressure full = some;
        for (String line : text.split("\n", -1)) {
            if (line.startsWith("some ")) {
                some = parse(line);
            } else if (line.startsWith("full ")) {
                full = parse(line);
            }
        }
        return new PressureStatistics(some, full);
    }

    static Pressure parse(String line) {
        Map<String, String> fields = new HashMap<>();
        for (String field : line.split(" ", -1)) {
            int equals = field.indexOf('=');
            if (equals > 0) {
                fields.put(field.substring(0, equals), field.substring(equals + 1));
            }
        }
        return new Pressure(
                Long.parseLong(fields.getOrDefault("total", "0")),
                Double.parseDouble(fields.getOrDefault("avg10", "0")),
                Double.parseDouble(fields.getOrDefault("avg60", "0")),
                Double.parseDouble(fields.getOrDefault("avg300", "0")));
    }

    private @Nullable String file(String path, String name) {
        return CgroupFiles.readOrNull(cgroups.directory(path).resolve(name));
    }

    private static @Nullable Long number(@Nullable String text) {
        if (text == null || text.isBlank() || text.startsWith("max")) {
            return null;
        }
        return Long.parseLong(text.strip());
    }

    private static Map<String, Long> keyed(@Nullable String text) {
        Map<String, Long> values = new HashMap<>();
        if (text != null) {
            for (String line : text.split("\n", -1)) {
                int space = line.indexOf(' ');
                if (space > 0) {
                    values.put(
                            line.substring(0, space),
                            Long.parseLong(line.substring(space + 1).strip()));
                }
            }
        }
        return values;
    }
}
