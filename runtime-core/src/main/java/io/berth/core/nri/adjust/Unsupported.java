package io.berth.core.nri.adjust;

import io.berth.core.error.BerthException;
import io.berth.core.plan.SchedulingCompiler;
import io.berth.proto.nri.v1alpha1.ContainerAdjustment;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.IOPrioClass;
import io.berth.proto.nri.v1alpha1.LinuxContainerAdjustment;
import io.berth.proto.nri.v1alpha1.LinuxMemoryPolicy;
import io.berth.proto.nri.v1alpha1.LinuxNamespace;
import io.berth.proto.nri.v1alpha1.LinuxRdt;
import io.berth.proto.nri.v1alpha1.LinuxSchedulerFlag;
import io.berth.proto.nri.v1alpha1.LinuxSchedulerPolicy;
import io.berth.proto.nri.v1alpha1.MpolFlag;
import io.berth.proto.nri.v1alpha1.MpolMode;
import java.util.Set;

/** The adjustments that Berth cannot make: each is refused by its name, none is passed over. */
final class Unsupported {
    private static final Set<String> NAMESPACES = Set.of("pid", "network", "ipc", "uts", "cgroup", "time");

    private final String container;
    private final Owners owners;

    Unsupported(String container, Owners owners) {
        this.container = container;
        this.owners = owners;
    }

    /** FAILED_PRECONDITION when there is one among these. */
    void check(ContainerAdjustment adjustment) {
        LinuxContainerAdjustment linux = adjustment.getLinux();
        refuse(
                !linux.getCgroupsPath().isEmpty(),
                Field.CgroupsPath,
                "linux.cgroups_path",
                "the cgroup is how Berth finds and ends what belongs to a container");
        refuse(
                linux.getIoPriority().getClass_() == IOPrioClass.UNRECOGNIZED
                        || linux.getIoPriority().getPriority() < 0
                        || linux.getIoPriority().getPriority() > 7,
                Field.IoPriority,
                "linux.io_priority",
                "it is a class of the kernel's and a priority of 0 to 7");
        refuse(
                linux.getScheduler().getPolicy() == LinuxSchedulerPolicy.UNRECOGNIZED
                        || linux.getScheduler().getFlagsList().contains(LinuxSchedulerFlag.UNRECOGNIZED),
                Field.LinuxSched,
                "linux.scheduler",
                "its policy, or one of its flags, is not known");
        memoryPolicy(linux.getMemoryPolicy());
        LinuxRdt rdt = linux.getRdt();
        refuse(rdt.hasClosId(), Field.RdtClosID, "linux.rdt.clos_id", "Berth does not use Intel RDT");
        refuse(rdt.hasSchemata(), Field.RdtSchemata, "linux.rdt.schemata", "Berth does not use Intel RDT");
        refuse(
                rdt.hasEnableMonitoring(),
                Field.RdtEnableMonitoring,
                "linux.rdt.enable_monitoring",
                "Berth does not use Intel RDT");
        refuse(
                !linux.getSeccompPolicy().getListenerPath().isEmpty(),
                Field.SeccompPolicy,
                "linux.seccomp_policy.listener_path",
                "Berth has no listeners for system calls");
        for (LinuxNamespace namespace : linux.getNamespacesList()) {
            String type = Removal.key(namespace.getType());
            refuse(
                    !NAMESPACES.contains(type),
                    Field.Namespace,
                    "linux.namespaces of the type \"" + type + "\"",
                    "it can be pid, network, ipc, uts, cgroup or time");
        }
    }

    private void memoryPolicy(LinuxMemoryPolicy policy) {
        refuse(
                policy.getMode() == MpolMode.UNRECOGNIZED
                        || policy.getFlagsList().contains(MpolFlag.UNRECOGNIZED),
                Field.MemoryPolicy,
                "linux.memory_policy",
                "its mode, or one of its flags, is not known");
        try {
            var ignored = SchedulingCompiler.nodes(policy.getNodes());
        } catch (BerthException noList) {
            refuse(true, Field.MemoryPolicy, "linux.memory_policy", String.valueOf(noList.getMessage()));
        }
    }

    private void refuse(boolean asked, Field field, String name, String why) {
        if (asked) {
            throw BerthException.failedPrecondition(
                    "the NRI plugin " + owners.of(container, field).orElse("") + " sets " + name + " of the container "
                            + container + ", which cannot be: " + why);
        }
    }
}
