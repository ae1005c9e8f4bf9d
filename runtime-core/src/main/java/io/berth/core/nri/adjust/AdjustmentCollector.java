package io.berth.core.nri.adjust;

import io.berth.proto.nri.v1alpha1.CDIDevice;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.ContainerAdjustment;
import io.berth.proto.nri.v1alpha1.CreateContainerResponse;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.Hooks;
import io.berth.proto.nri.v1alpha1.KeyValue;
import io.berth.proto.nri.v1alpha1.LinuxContainer;
import io.berth.proto.nri.v1alpha1.LinuxContainerAdjustment;
import io.berth.proto.nri.v1alpha1.LinuxDevice;
import io.berth.proto.nri.v1alpha1.LinuxNamespace;
import io.berth.proto.nri.v1alpha1.LinuxNetDevice;
import io.berth.proto.nri.v1alpha1.LinuxRdt;
import io.berth.proto.nri.v1alpha1.Mount;
import io.berth.proto.nri.v1alpha1.POSIXRlimit;
import java.util.List;
import java.util.Map;

/**
 * How plugins adjust a container that is being created: each sees what those before it made of it. Used by one thread.
 */
public final class AdjustmentCollector {
    private final String id;
    private final Container.Builder container;
    private final ContainerAdjustment.Builder adjustment = ContainerAdjustment.newBuilder();
    private final Owners owners = new Owners();
    private final UpdateCollector updates;
    private final Keyed<KeyValue> annotations;
    private final Keyed<KeyValue> sysctls;
    private final Keyed<KeyValue> environment;
    private final Keyed<Mount> mounts;
    private final Keyed<LinuxDevice> devices;
    private final Keyed<LinuxNamespace> namespaces;
    private final Keyed<POSIXRlimit> limits;

    /** The container as it would be without plugins. */
    public AdjustmentCollector(Container created) {
        id = created.getId();
        container = created.toBuilder();
        updates = UpdateCollector.ofCreation(owners, id);
        annotations = pairs(Field.Annotations, pairs(created.getAnnotationsMap()));
        sysctls = pairs(Field.Sysctl, pairs(created.getLinux().getSysctlMap()));
        environment = pairs(
                Field.Env,
                created.getEnvList().stream().map(AdjustmentCollector::pair).toList());
        mounts = new Keyed<>(
                Field.Mounts,
                Mount::getDestination,
                (mount, key) -> mount.toBuilder().setDestination(key).build(),
                created.getMountsList());
        devices = new Keyed<>(
                Field.Devices,
                LinuxDevice::getPath,
                (device, key) -> device.toBuilder().setPath(key).build(),
                created.getLinux().getDevicesList());
        namespaces = new Keyed<>(
                Field.Namespace,
                LinuxNamespace::getType,
                (namespace, key) -> namespace.toBuilder().setType(key).build(),
                created.getLinux().getNamespacesList());
        limits = new Keyed<>(
                Field.Rlimits,
                POSIXRlimit::getType,
                (limit, key) -> limit.toBuilder().setType(key).build(),
                created.getRlimitsList());
    }

    private static Keyed<KeyValue> pairs(Field field, List<KeyValue> there) {
        return new Keyed<>(
                field,
                KeyValue::getKey,
                (pair, key) -> pair.toBuilder().setKey(key).build(),
                there);
    }

    private static List<KeyValue> pairs(Map<String, String> map) {
        return map.entrySet().stream()
                .map(entry -> pair(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static KeyValue pair(String key, String value) {
        return KeyValue.newBuilder().setKey(key).setValue(value).build();
    }

    private static KeyValue pair(String variable) {
        int equals = variable.indexOf('=');
        return equals < 0 ? pair(variable, "") : pair(variable.substring(0, equals), variable.substring(equals + 1));
    }

    /** Takes what a plugin answered; FAILED_PRECONDITION when it contends with one before it. */
    public void apply(CreateContainerResponse response, String plugin) {
        ContainerAdjustment asked = response.getAdjust();
        LinuxContainerAdjustment linux = asked.getLinux();
        annotations.apply(pairs(asked.getAnnotationsMap()), owners, id, plugin);
        mounts.apply(asked.getMountsList(), owners, id, plugin);
        environment.apply(asked.getEnvList(), owners, id, plugin);
        devices.apply(linux.getDevicesList(), owners, id, plugin);
        namespaces.apply(linux.getNamespacesList(), owners, id, plugin);
        sysctls.apply(pairs(linux.getSysctlMap()), owners, id, plugin);
        limits.apply(asked.getRlimitsList(), owners, id, plugin);
        arguments(asked.getArgsList(), plugin);
        hooks(asked.getHooks(), plugin);
        for (CDIDevice device : asked.getCDIDevicesList()) {
            owners.claim(id, Field.CdiDevices, device.getName(), plugin);
            adjustment.addCDIDevices(device);
        }
        if (linux.hasResources()) {
            new ResourceClaims(owners, id, plugin).claim(linux.getResources());
            ResourceClaims.merge(
                    linux.getResources(), adjustment.getLinuxBuilder().getResourcesBuilder());
            ResourceClaims.merge(
                    linux.getResources(), container.getLinuxBuilder().getResourcesBuilder());
        }
        settings(linux, plugin);
        updates.apply(response.getUpdateList(), plugin);
    }

    private void arguments(List<String> asked, String plugin) {
        if (asked.isEmpty()) {
            return;
        }
        List<String> arguments = asked;
        if (asked.getFirst().isEmpty()) {
            // An empty first argument says: also where another plugin has set them.
            owners.release(id, Field.Args);
            arguments = asked.subList(1, asked.size());
        }
        owners.claim(id, Field.Args, plugin);
        adjustment.clearArgs().addAllArgs(arguments);
        container.clearArgs().addAllArgs(arguments);
    }

    private void hooks(Hooks asked, String plugin) {
        if (!asked.equals(Hooks.getDefaultInstance())) {
            owners.add(id, Field.OciHooks, plugin);
            adjustment.getHooksBuilder().mergeFrom(asked);
            container.getHooksBuilder().mergeFrom(asked);
        }
    }

    /** What is one value each. */
    private void settings(LinuxContainerAdjustment asked, String plugin) {
        LinuxContainerAdjustment.Builder linux = adjustment.getLinuxBuilder();
        LinuxContainer.Builder view = container.getLinuxBuilder();
        if (!asked.getCgroupsPath().isEmpty()) {
            owners.claim(id, Field.CgroupsPath, plugin);
            linux.setCgroupsPath(asked.getCgroupsPath());
            view.setCgroupsPath(asked.getCgroupsPath());
        }
        if (asked.hasOomScoreAdj()) {
            owners.claim(id, Field.OomScoreAdj, plugin);
            linux.setOomScoreAdj(asked.getOomScoreAdj());
            view.setOomScoreAdj(asked.getOomScoreAdj());
        }
        if (asked.hasIoPriority()) {
            owners.claim(id, Field.IoPriority, plugin);
            linux.setIoPriority(asked.getIoPriority());
            view.setIoPriority(asked.getIoPriority());
        }
        if (asked.hasSeccompPolicy()) {
            owners.claim(id, Field.SeccompPolicy, plugin);
            linux.setSeccompPolicy(asked.getSeccompPolicy());
            view.setSeccompPolicy(asked.getSeccompPolicy());
        }
        if (asked.hasScheduler()) {
            owners.claim(id, Field.LinuxSched, plugin);
            linux.setScheduler(asked.getScheduler());
            view.setScheduler(asked.getScheduler());
        }
        if (asked.hasMemoryPolicy()) {
            owners.claim(id, Field.MemoryPolicy, plugin);
            linux.setMemoryPolicy(asked.getMemoryPolicy());
        }
        networkDevices(asked.getNetDevicesMap(), plugin, linux, view);
        if (asked.hasRdt()) {
            technology(asked.getRdt(), plugin, linux.getRdtBuilder());
        }
    }

    private void networkDevices(
            Map<String, LinuxNetDevice> asked,
            String plugin,
            LinuxContainerAdjustment.Builder linux,
            LinuxContainer.Builder view) {
        asked.keySet().stream().filter(Removal::isMarked).forEach(marked -> {
            String gone = Removal.key(marked);
            owners.release(id, Field.LinuxNetDevices, gone, plugin);
            linux.removeNetDevices(gone).putNetDevices(marked, LinuxNetDevice.getDefaultInstance());
            view.removeNetDevices(gone);
        });
        asked.forEach((name, device) -> {
            if (!Removal.isMarked(name)) {
                owners.claim(id, Field.LinuxNetDevices, name, plugin);
                linux.putNetDevices(name, device);
                view.putNetDevices(name, device);
            }
        });
    }

    private void technology(LinuxRdt asked, String plugin, LinuxRdt.Builder rdt) {
        if (asked.getRemove()) {
            List.of(Field.RdtClosID, Field.RdtSchemata, Field.RdtEnableMonitoring)
                    .forEach(field -> owners.release(id, field));
            rdt.clear();
        }
        if (asked.hasClosId()) {
            owners.claim(id, Field.RdtClosID, plugin);
        }
        if (asked.hasSchemata()) {
            owners.claim(id, Field.RdtSchemata, plugin);
        }
        if (asked.hasEnableMonitoring()) {
            owners.claim(id, Field.RdtEnableMonitoring, plugin);
        }
        rdt.mergeFrom(asked);
    }

    /** The container as the next plugin sees it. */
    public Container view() {
        Container.Builder view = container
                .clone()
                .clearAnnotations()
                .clearEnv()
                .clearMounts()
                .clearRlimits()
                .addAllMounts(mounts.view())
                .addAllRlimits(limits.view());
        annotations.view().forEach(pair -> view.putAnnotations(pair.getKey(), pair.getValue()));
        environment.view().forEach(pair -> view.addEnv(pair.getKey() + "=" + pair.getValue()));
        LinuxContainer.Builder linux = view.getLinuxBuilder()
                .clearDevices()
                .clearNamespaces()
                .clearSysctl()
                .addAllDevices(devices.view())
                .addAllNamespaces(namespaces.view());
        sysctls.view().forEach(pair -> linux.putSysctl(pair.getKey(), pair.getValue()));
        return view.build();
    }

    /** What all plugins together want. */
    public ContainerAdjustment adjustment() {
        ContainerAdjustment.Builder all = adjustment
                .clone()
                .addAllMounts(mounts.changes())
                .addAllEnv(environment.changes())
                .addAllRlimits(limits.changes());
        annotations.changes().forEach(pair -> all.putAnnotations(pair.getKey(), pair.getValue()));
        LinuxContainerAdjustment.Builder linux =
                all.getLinuxBuilder().addAllDevices(devices.changes()).addAllNamespaces(namespaces.changes());
        sysctls.changes().forEach(pair -> linux.putSysctl(pair.getKey(), pair.getValue()));
        return all.build();
    }

    public Owners owners() {
        return owners;
    }

    /** What they want done to other containers. */
    public UpdateCollector updates() {
        return updates;
    }
}
