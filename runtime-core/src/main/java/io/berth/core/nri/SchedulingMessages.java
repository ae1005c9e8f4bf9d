package io.berth.core.nri;

import io.berth.core.spec.OciIoPriority;
import io.berth.core.spec.OciProcess;
import io.berth.core.spec.OciScheduler;
import io.berth.proto.nri.v1alpha1.IOPrioClass;
import io.berth.proto.nri.v1alpha1.LinuxContainer;
import io.berth.proto.nri.v1alpha1.LinuxIOPriority;
import io.berth.proto.nri.v1alpha1.LinuxScheduler;
import io.berth.proto.nri.v1alpha1.LinuxSchedulerFlag;
import io.berth.proto.nri.v1alpha1.LinuxSchedulerPolicy;

/** Priorities as plugins are told of them; the names are the same in both specifications. */
final class SchedulingMessages {
    private SchedulingMessages() {}

    static void add(OciProcess process, LinuxContainer.Builder message) {
        OciIoPriority priority = process.ioPriority();
        if (priority != null) {
            message.setIoPriority(LinuxIOPriority.newBuilder()
                    .setClass_(IOPrioClass.valueOf(priority.class_()))
                    .setPriority(priority.priority()));
        }
        OciScheduler scheduler = process.scheduler();
        if (scheduler != null) {
            message.setScheduler(LinuxScheduler.newBuilder()
                    .setPolicy(LinuxSchedulerPolicy.valueOf(scheduler.policy()))
                    .setNice(scheduler.nice())
                    .setPriority(scheduler.priority())
                    .addAllFlags(scheduler.flags().stream()
                            .map(LinuxSchedulerFlag::valueOf)
                            .toList())
                    .setRuntime(scheduler.runtime())
                    .setDeadline(scheduler.deadline())
                    .setPeriod(scheduler.period()));
        }
    }
}
