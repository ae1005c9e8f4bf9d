package io.berth.core.plan;

import io.berth.core.error.BerthException;
import io.berth.core.spec.OciIoPriority;
import io.berth.core.spec.OciMemoryPolicy;
import io.berth.core.spec.OciScheduler;
import io.berth.core.spec.OciSpec;
import io.berth.proto.shim.v1.IoPriority;
import io.berth.proto.shim.v1.MemoryPolicy;
import io.berth.proto.shim.v1.Process;
import io.berth.proto.shim.v1.Scheduler;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** Compiles priorities and memory policies to the kernel's numbers. */
@SuppressWarnings("AvoidCommonTypeNames") // the shim protocol's Process
public final class SchedulingCompiler {
    /** Shims from before refuse a plan that needs it by this name. */
    static final String FEATURE = "scheduling";

    private static final Map<String, Integer> CLASSES =
            Map.of("IOPRIO_CLASS_RT", 1, "IOPRIO_CLASS_BE", 2, "IOPRIO_CLASS_IDLE", 3);
    private static final Map<String, Integer> POLICIES = Map.of(
            "SCHED_OTHER", 0,
            "SCHED_FIFO", 1,
            "SCHED_RR", 2,
            "SCHED_BATCH", 3,
            "SCHED_ISO", 4,
            "SCHED_IDLE", 5,
            "SCHED_DEADLINE", 6);
    private static final Map<String, Integer> FLAGS = Map.of(
            "SCHED_FLAG_RESET_ON_FORK", 0x01,
            "SCHED_FLAG_RECLAIM", 0x02,
            "SCHED_FLAG_DL_OVERRUN", 0x04,
            "SCHED_FLAG_KEEP_POLICY", 0x08,
            "SCHED_FLAG_KEEP_PARAMS", 0x10,
            "SCHED_FLAG_UTIL_CLAMP_MIN", 0x20,
            "SCHED_FLAG_UTIL_CLAMP_MAX", 0x40);
    private static final Map<String, Integer> MODES = Map.of(
            "MPOL_DEFAULT", 0,
            "MPOL_PREFERRED", 1,
            "MPOL_BIND", 2,
            "MPOL_INTERLEAVE", 3,
            "MPOL_LOCAL", 4,
            "MPOL_PREFERRED_MANY", 5,
            "MPOL_WEIGHTED_INTERLEAVE", 6);
    private static final Map<String, Integer> MODE_FLAGS =
            Map.of("MPOL_F_STATIC_NODES", 1 << 15, "MPOL_F_RELATIVE_NODES", 1 << 14, "MPOL_F_NUMA_BALANCING", 1 << 13);
    private static final int NODES_LIMIT = 1024;

    private SchedulingCompiler() {}

    /** Whether the process says anything of it. */
    static boolean isNeeded(Process process) {
        return process.hasIoPriority() || process.hasScheduler() || process.hasMemoryPolicy();
    }

    static void compile(OciSpec spec, Process.Builder process) {
        OciIoPriority priority = spec.process().ioPriority();
        if (priority != null) {
            process.setIoPriority(compile(priority));
        }
        OciScheduler scheduler = spec.process().scheduler();
        if (scheduler != null) {
            process.setScheduler(compile(scheduler));
        }
        OciMemoryPolicy policy = spec.linux().memoryPolicy();
        if (policy != null) {
            process.setMemoryPolicy(compile(policy));
        }
    }

    private static IoPriority compile(OciIoPriority priority) {
        if (priority.priority() < 0 || priority.priority() > 7) {
            throw BerthException.invalidArgument("ioPriority.priority " + priority.priority() + " is not 0 to 7");
        }
        return IoPriority.newBuilder()
                .setPriorityClass(number(CLASSES, "ioPriority.class", priority.class_()))
                .setLevel(priority.priority())
                .build();
    }

    private static Scheduler compile(OciScheduler scheduler) {
        return Scheduler.newBuilder()
                .setPolicy(number(POLICIES, "scheduler.policy", scheduler.policy()))
                .setFlags(numbers(FLAGS, "scheduler.flags", scheduler.flags()))
                .setNice(scheduler.nice())
                .setPriority(scheduler.priority())
                .setRuntime(scheduler.runtime())
                .setDeadline(scheduler.deadline())
                .setPeriod(scheduler.period())
                .build();
    }

    private static MemoryPolicy compile(OciMemoryPolicy policy) {
        MemoryPolicy.Builder compiled = MemoryPolicy.newBuilder()
                .setMode(number(MODES, "memoryPolicy.mode", policy.mode())
                        | numbers(MODE_FLAGS, "memoryPolicy.flags", policy.flags()));
        for (long word : nodes(policy.nodes()).toLongArray()) {
            compiled.addNodes(word);
        }
        return compiled.build();
    }

    /** The nodes of a list such as 0-3,7. */
    public static BitSet nodes(String list) {
        BitSet nodes = new BitSet();
        for (String part : list.isEmpty() ? new String[0] : list.split(",", -1)) {
            String[] ends = part.strip().split("-", 2);
            int first = node(list, ends[0]);
            int last = ends.length == 1 ? first : node(list, ends[1]);
            if (last < first) {
                throw BerthException.invalidArgument("memoryPolicy.nodes \"" + list + "\": a range goes backwards");
            }
            nodes.set(first, last + 1);
        }
        return nodes;
    }

    private static int node(String list, String text) {
        try {
            int node = Integer.parseInt(text);
            if (node >= 0 && node < NODES_LIMIT) {
                return node;
            }
        } catch (NumberFormatException none) {
            // Said below.
        }
        throw BerthException.invalidArgument(
                "memoryPolicy.nodes \"" + list + "\" is no list of nodes such as 0-3,7 below " + NODES_LIMIT);
    }

    private static int numbers(Map<String, Integer> known, String field, List<String> names) {
        return names.stream().mapToInt(name -> number(known, field, name)).reduce(0, (one, other) -> one | other);
    }

    private static int number(Map<String, Integer> known, String field, String name) {
        Integer number = known.get(name);
        if (number == null) {
            throw BerthException.invalidArgument(field + " \"" + name + "\" is not known");
        }
        return number;
    }
}
