package io.berth.core.nri.adjust;

import io.berth.core.error.BerthException;
import io.berth.proto.nri.v1alpha1.ContainerAdjustment;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.LinuxContainerAdjustment;
import io.berth.proto.nri.v1alpha1.LinuxNamespace;
import io.berth.proto.nri.v1alpha1.LinuxRdt;
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
                adjustment.getCDIDevicesCount() > 0,
                Field.CdiDevices,
                "CDI_devices",
                "Berth does not resolve CDI names for plugins; linux.devices and mounts can be set");
        refuse(
                !linux.getCgroupsPath().isEmpty(),
                Field.CgroupsPath,
                "linux.cgroups_path",
                "the cgroup is how Berth finds and ends what belongs to a container");
        refuse(linux.hasIoPriority(), Field.IoPriority, "linux.io_priority", "Berth does not set it");
        refuse(linux.hasScheduler(), Field.LinuxSched, "linux.scheduler", "Berth does not set it");
        refuse(linux.hasMemoryPolicy(), Field.MemoryPolicy, "linux.memory_policy", "Berth does not set it");
        refuse(
                linux.getNetDevicesCount() > 0,
                Field.LinuxNetDevices,
                "linux.net_devices",
                "Berth moves no network devices");
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

    private void refuse(boolean asked, Field field, String name, String why) {
        if (asked) {
            throw BerthException.failedPrecondition(
                    "the NRI plugin " + owners.of(container, field).orElse("") + " sets " + name + " of the container "
                            + container + ", which cannot be: " + why);
        }
    }
}
