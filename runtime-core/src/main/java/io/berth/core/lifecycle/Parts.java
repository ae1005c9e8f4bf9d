package io.berth.core.lifecycle;

import io.berth.core.RuntimeConfig;
import io.berth.core.cdi.CdiDevices;
import io.berth.core.cgroup.Cgroups;
import io.berth.core.container.ContainerMetadata;
import io.berth.core.event.Events;
import io.berth.core.image.Images;
import io.berth.core.plan.PlanCompiler;
import io.berth.core.security.HostFacts;
import io.berth.core.selinux.Relabeler;
import io.berth.core.selinux.SelinuxLabels;
import io.berth.core.spec.SpecBuilder;
import io.berth.core.state.Index;
import io.berth.core.state.Names;
import io.berth.core.state.StateStore;
import io.berth.kernel.devices.DeviceFilters;
import io.berth.kernel.shim.ShimLoop;

/** What the services stand on, and what they share in memory. */
public record Parts(
        RuntimeConfig config,
        Images images,
        StartedNetwork network,
        Cgroups cgroups,
        Directories directories,
        StateStore store,
        ShimLoop shims,
        HostFacts host,
        SpecBuilder specs,
        CdiDevices cdi,
        SelinuxLabels selinux,
        Relabeler relabeler,
        PlanCompiler plans,
        DeviceFilters deviceFilters,
        Index<SandboxEntry> sandboxes,
        ContainerIndex containers,
        Names sandboxNames,
        Names containerNames,
        Events events,
        PluginHooks plugins) {
    /** The name under which a container's metadata is reserved. */
    public static String containerName(String sandboxId, ContainerMetadata metadata) {
        return metadata.name() + "_" + Integer.toUnsignedString(metadata.attempt()) + " in sandbox " + sandboxId;
    }

    /** The cgroup of a container. */
    public static String containerCgroup(String cgroupParent, String containerId) {
        return cgroupParent + "/" + containerId;
    }
}
