package io.berth.core.nri.adjust;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.proto.nri.v1alpha1.IOPrioClass;
import io.berth.proto.nri.v1alpha1.LinuxContainerAdjustment;
import io.berth.proto.nri.v1alpha1.LinuxIOPriority;
import io.berth.proto.nri.v1alpha1.LinuxMemoryPolicy;
import io.berth.proto.nri.v1alpha1.LinuxScheduler;
import io.berth.proto.nri.v1alpha1.LinuxSchedulerPolicy;

/** Priorities and memory policies as plugins say them, in the words of the OCI specification. */
final class SchedulingJson {
    private SchedulingJson() {}

    /** Sets what is asked for; a class or policy of "none" takes away what there is. */
    static void apply(LinuxContainerAdjustment asked, ObjectNode process, ObjectNode linux) {
        if (asked.hasIoPriority()) {
            LinuxIOPriority priority = asked.getIoPriority();
            process.remove("ioPriority");
            if (priority.getClass_() != IOPrioClass.IOPRIO_CLASS_NONE) {
                process.putObject("ioPriority")
                        .put("class", priority.getClass_().name())
                        .put("priority", priority.getPriority());
            }
        }
        if (asked.hasScheduler()) {
            scheduler(asked.getScheduler(), process);
        }
        if (asked.hasMemoryPolicy()) {
            LinuxMemoryPolicy policy = asked.getMemoryPolicy();
            ObjectNode set = linux.putObject("memoryPolicy")
                    .put("mode", policy.getMode().name())
                    .put("nodes", policy.getNodes());
            ArrayNode flags = set.putArray("flags");
            policy.getFlagsList().forEach(flag -> flags.add(flag.name()));
        }
    }

    private static void scheduler(LinuxScheduler asked, ObjectNode process) {
        process.remove("scheduler");
        if (asked.getPolicy() == LinuxSchedulerPolicy.SCHED_NONE) {
            return;
        }
        ObjectNode set = process.putObject("scheduler")
                .put("policy", asked.getPolicy().name())
                .put("nice", asked.getNice())
                .put("priority", asked.getPriority())
                .put("runtime", asked.getRuntime())
                .put("deadline", asked.getDeadline())
                .put("period", asked.getPeriod());
        ArrayNode flags = set.putArray("flags");
        asked.getFlagsList().forEach(flag -> flags.add(flag.name()));
    }
}
