package io.berth.core.spec;

import io.berth.core.Immutable;
import java.util.List;

/**
 * How a process is scheduled (config.md, "process.scheduler").
 *
 * @param policy SCHED_OTHER, SCHED_FIFO and so on
 * @param priority of SCHED_FIFO and SCHED_RR
 * @param flags SCHED_FLAG_RESET_ON_FORK and so on
 * @param runtime nanoseconds, as deadline and period; of SCHED_DEADLINE
 */
public record OciScheduler(
        String policy, int nice, int priority, List<String> flags, long runtime, long deadline, long period) {
    public OciScheduler {
        flags = Immutable.list(flags);
    }
}
