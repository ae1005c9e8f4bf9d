package io.berth.core.nri.adjust;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.core.cdi.CdiDevices;
import io.berth.core.error.BerthException;
import io.berth.core.security.HostFacts;
import io.berth.core.security.NamespaceOptions;
import io.berth.core.spec.OciResources;
import io.berth.core.spec.OciSpec;
import io.berth.core.spec.SpecTree;
import io.berth.core.spec.Sysctls;
import io.berth.proto.nri.v1alpha1.CDIDevice;
import io.berth.proto.nri.v1alpha1.ContainerAdjustment;
import io.berth.proto.nri.v1alpha1.Field;
import io.berth.proto.nri.v1alpha1.KeyValue;
import io.berth.proto.nri.v1alpha1.LinuxContainerAdjustment;
import io.berth.proto.nri.v1alpha1.LinuxDevice;
import io.berth.proto.nri.v1alpha1.LinuxDeviceCgroup;
import io.berth.proto.nri.v1alpha1.LinuxNamespace;
import io.berth.proto.nri.v1alpha1.LinuxNetDevice;
import io.berth.proto.nri.v1alpha1.Mount;
import io.berth.proto.nri.v1alpha1.POSIXRlimit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Applies what plugins want to a container's OCI specification. It works on the specification as JSON, whose names are
 * those of the standard, so that what is not adjusted stays as it is.
 */
public final class SpecAdjuster {
    private static final Set<String> LIMITS = Set.of(
            "RLIMIT_CPU",
            "RLIMIT_FSIZE",
            "RLIMIT_DATA",
            "RLIMIT_STACK",
            "RLIMIT_CORE",
            "RLIMIT_RSS",
            "RLIMIT_NPROC",
            "RLIMIT_NOFILE",
            "RLIMIT_MEMLOCK",
            "RLIMIT_AS",
            "RLIMIT_LOCKS",
            "RLIMIT_SIGPENDING",
            "RLIMIT_MSGQUEUE",
            "RLIMIT_NICE",
            "RLIMIT_RTPRIO",
            "RLIMIT_RTTIME");

    private final ContainerAdjustment adjustment;
    private final Owners owners;
    private final String container;
    private final NamespaceOptions sandbox;
    private final HostFacts host;

    /**
     * What is to be applied.
     *
     * @param sandbox whether the pod has network and IPC namespaces of its own
     */
    public SpecAdjuster(
            String container, ContainerAdjustment adjustment, Owners owners, NamespaceOptions sandbox, HostFacts host) {
        this.container = container;
        this.adjustment = adjustment;
        this.owners = owners;
        this.sandbox = sandbox;
        this.host = host;
    }

    /** The limits that the plugins say, for the container's record; FAILED_PRECONDITION for what cannot be. */
    public io.berth.core.cgroup.LinuxResources resources() {
        return PluginResources.of(adjustment.getLinux().getResources(), owners.everyone(container));
    }

    /** The specification with the devices that the plugins name; FAILED_PRECONDITION for one that there is not. */
    public OciSpec inject(OciSpec spec, CdiDevices known) {
        List<String> names =
                adjustment.getCDIDevicesList().stream().map(CDIDevice::getName).toList();
        try {
            return names.isEmpty() ? spec : known.inject(spec, names, Map.of());
        } catch (BerthException noDevice) {
            throw refused("CdiDevices", String.valueOf(noDevice.getMessage()));
        }
    }

    /**
     * The adjusted specification; FAILED_PRECONDITION for what Berth cannot do.
     *
     * @param resources all limits of the container, with those of {@link #resources}
     */
    public OciSpec apply(OciSpec spec, io.berth.core.cgroup.LinuxResources resources) {
        new Unsupported(container, owners).check(adjustment);
        LinuxContainerAdjustment linux = adjustment.getLinux();
        ObjectNode root = SpecTree.of(spec);
        ObjectNode process = root.withObjectProperty("process");
        ObjectNode linuxNode = root.withObjectProperty("linux");
        annotations(root.withObjectProperty("annotations"));
        mounts(root, linuxNode);
        environment(process.withArrayProperty("env"));
        if (adjustment.getArgsCount() > 0) {
            ArrayNode arguments = process.putArray("args");
            adjustment.getArgsList().forEach(arguments::add);
        }
        limits(process.withArrayProperty("rlimits"));
        if (linux.hasOomScoreAdj()) {
            process.put(
                    "oomScoreAdj",
                    host.restrictOomScoreAdj(linux.getOomScoreAdj().getValue()));
        }
        devices(linuxNode.withArrayProperty("devices"));
        deviceRules(linuxNode);
        namespaces(linuxNode.withArrayProperty("namespaces"));
        sysctls(linuxNode.withObjectProperty("sysctl"));
        if (linux.hasSeccompPolicy()) {
            linuxNode.set("seccomp", SeccompJson.of(linux.getSeccompPolicy()));
        }
        HooksJson.problem(adjustment.getHooks()).ifPresent(problem -> {
            throw refused("OciHooks", problem);
        });
        HooksJson.add(adjustment.getHooks(), root);
        SchedulingJson.apply(linux, process, linuxNode);
        networkDevices(linuxNode.withObjectProperty("netDevices"));
        if (linux.hasResources()) {
            ObjectNode fresh = SpecTree.of(OciResources.of(resources, List.of()));
            ObjectNode there = linuxNode.withObjectProperty("resources");
            for (String part : List.of("memory", "cpu", "hugepageLimits", "unified")) {
                there.set(part, fresh.get(part));
            }
        }
        return SpecTree.spec(root);
    }

    private void annotations(ObjectNode annotations) {
        removals(adjustment.getAnnotationsMap()).forEach(annotations::remove);
        adjustment.getAnnotationsMap().forEach((key, value) -> {
            if (!Removal.isMarked(key)) {
                annotations.put(key, value);
            }
        });
    }

    private static List<String> removals(Map<String, String> entries) {
        return entries.keySet().stream()
                .filter(Removal::isMarked)
                .map(Removal::key)
                .toList();
    }

    private void mounts(ObjectNode root, ObjectNode linux) {
        if (adjustment.getMountsCount() == 0) {
            return;
        }
        ArrayNode mounts = root.withArrayProperty("mounts");
        for (Mount mount : adjustment.getMountsList()) {
            String destination = Removal.key(mount.getDestination());
            if (!destination.startsWith("/")) {
                throw refused("Mounts", "\"" + destination + "\" is no absolute path");
            }
            drop(mounts, "destination", destination);
            if (Removal.isMarked(mount.getDestination())) {
                continue;
            }
            ObjectNode added = mounts.addObject()
                    .put("destination", destination)
                    .put("type", mount.getType())
                    .put("source", mount.getSource());
            mount.getOptionsList().forEach(added.withArrayProperty("options")::add);
            propagation(mount, linux);
        }
        List<JsonNode> sorted = new ArrayList<>();
        mounts.forEach(sorted::add);
        sorted.sort(Comparator.comparingLong(mount ->
                mount.path("destination").asText().chars().filter(c -> c == '/').count()));
        root.putArray("mounts").addAll(sorted);
    }

    /** A mount that is to receive, or send, mounts needs a root that lets them through. */
    private static void propagation(Mount mount, ObjectNode linux) {
        String before = linux.path("rootfsPropagation").asText();
        if (mount.getOptionsList().contains("rshared") || mount.getOptionsList().contains("shared")) {
            linux.put("rootfsPropagation", "rshared");
        } else if ((mount.getOptionsList().contains("rslave")
                        || mount.getOptionsList().contains("slave"))
                && !before.equals("rshared")) {
            linux.put("rootfsPropagation", "rslave");
        }
    }

    private void environment(ArrayNode environment) {
        for (KeyValue variable : adjustment.getEnvList()) {
            String name = Removal.key(variable.getKey());
            if (name.isEmpty() || name.indexOf('=') >= 0 || (name + variable.getValue()).indexOf('\0') >= 0) {
                throw refused("Env", "\"" + name + "\" is no variable that a process can have");
            }
            for (int index = environment.size() - 1; index >= 0; index--) {
                if (environment.get(index).asText().startsWith(name + "=")) {
                    environment.remove(index);
                }
            }
            if (!Removal.isMarked(variable.getKey())) {
                environment.add(name + "=" + variable.getValue());
            }
        }
    }

    private void limits(ArrayNode limits) {
        for (POSIXRlimit limit : adjustment.getRlimitsList()) {
            String type = Removal.key(limit.getType());
            if (!LIMITS.contains(type)) {
                throw refused("Rlimits", "\"" + type + "\" is no resource limit");
            }
            drop(limits, "type", type);
            if (!Removal.isMarked(limit.getType())) {
                limits.addObject()
                        .put("type", type)
                        .put("soft", limit.getSoft())
                        .put("hard", limit.getHard());
            }
        }
    }

    private void devices(ArrayNode devices) {
        for (LinuxDevice device : adjustment.getLinux().getDevicesList()) {
            String path = Removal.key(device.getPath());
            drop(devices, "path", path);
            if (Removal.isMarked(device.getPath())) {
                continue;
            }
            if (!path.startsWith("/") || !Set.of("c", "u", "b", "p").contains(device.getType())) {
                throw refused("Devices", "\"" + path + "\" of the type \"" + device.getType() + "\" is no device");
            }
            ObjectNode added = devices.addObject()
                    .put("type", device.getType())
                    .put("path", path)
                    .put("major", device.getMajor())
                    .put("minor", device.getMinor());
            if (device.hasFileMode()) {
                added.put("fileMode", device.getFileMode().getValue() & 07777);
            }
            if (device.hasUid()) {
                added.put("uid", Integer.toUnsignedLong(device.getUid().getValue()));
            }
            if (device.hasGid()) {
                added.put("gid", Integer.toUnsignedLong(device.getGid().getValue()));
            }
        }
    }

    /** A device that is given may be used, and then what the plugins say of others holds. */
    private void deviceRules(ObjectNode linux) {
        ArrayNode rules = linux.withObjectProperty("resources").withArrayProperty("devices");
        JsonNode all = SpecTree.of(OciResources.DeviceRule.all(true));
        boolean restricted = !rules.isEmpty() && !rules.get(rules.size() - 1).equals(all);
        for (LinuxDevice device : adjustment.getLinux().getDevicesList()) {
            if (restricted
                    && !Removal.isMarked(device.getPath())
                    && !device.getType().equals("p")) {
                rules.addObject()
                        .put("allow", true)
                        .put("type", device.getType().equals("b") ? "b" : "c")
                        .put("major", device.getMajor())
                        .put("minor", device.getMinor())
                        .put("access", "rwm");
            }
        }
        for (LinuxDeviceCgroup rule : adjustment.getLinux().getResources().getDevicesList()) {
            ObjectNode added = rules.addObject()
                    .put("allow", rule.getAllow())
                    .put("type", rule.getType())
                    .put("access", rule.getAccess());
            if (rule.hasMajor()) {
                added.put("major", rule.getMajor().getValue());
            }
            if (rule.hasMinor()) {
                added.put("minor", rule.getMinor().getValue());
            }
        }
    }

    private void namespaces(ArrayNode namespaces) {
        for (LinuxNamespace namespace : adjustment.getLinux().getNamespacesList()) {
            String type = Removal.key(namespace.getType());
            drop(namespaces, "type", type);
            if (!Removal.isMarked(namespace.getType())) {
                namespaces.addObject().put("type", type).put("path", namespace.getPath());
            }
        }
    }

    private void networkDevices(ObjectNode devices) {
        Map<String, LinuxNetDevice> asked = adjustment.getLinux().getNetDevicesMap();
        asked.keySet().stream().filter(Removal::isMarked).map(Removal::key).forEach(devices::remove);
        asked.forEach((name, device) -> {
            if (!Removal.isMarked(name)) {
                devices.putObject(name).put("name", device.getName());
            }
        });
    }

    private void sysctls(ObjectNode sysctls) {
        Map<String, String> asked = adjustment.getLinux().getSysctlMap();
        removals(asked).forEach(sysctls::remove);
        asked.forEach((name, value) -> {
            if (!Removal.isMarked(name)) {
                try {
                    Sysctls.checked(Map.of(name, value), sandbox).forEach(sysctls::put);
                } catch (BerthException notThePods) {
                    throw refused("Sysctl", String.valueOf(notThePods.getMessage()));
                }
            }
        });
    }

    private static void drop(ArrayNode nodes, String key, String value) {
        for (int index = nodes.size() - 1; index >= 0; index--) {
            if (nodes.get(index).path(key).asText().equals(value)) {
                nodes.remove(index);
            }
        }
    }

    private BerthException refused(String field, String why) {
        String plugin = owners.of(container, Field.valueOf(field)).orElse("");
        return BerthException.failedPrecondition(
                "the NRI plugin " + plugin + " sets " + field + " of the container " + container + ": " + why);
    }
}
