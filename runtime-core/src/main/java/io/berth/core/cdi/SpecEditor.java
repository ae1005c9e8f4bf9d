package io.berth.core.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.core.cdi.CdiSpec.ContainerEdits;
import io.berth.core.cdi.CdiSpec.DeviceNode;
import io.berth.core.cdi.CdiSpec.Mount;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.spec.OciHooks;
import io.berth.core.spec.OciLinux;
import io.berth.core.spec.OciResources.DeviceRule;
import io.berth.core.spec.OciSpec;
import io.berth.core.spec.SpecTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Makes a vendor's edits in a container's OCI specification, one after the other. What is there already under the same
 * name (a variable, a device's path, a mount's destination) is replaced. Used by one thread.
 */
final class SpecEditor {
    private static final Set<String> NO_TYPE = Set.of("", "none", "bind");

    private final ObjectNode root;
    private final ObjectNode process;
    private final ObjectNode linux;
    private final long owner;
    private final long group;
    private final boolean userNamespace;
    private final boolean everyDevice;

    SpecEditor(OciSpec spec) {
        root = SpecTree.of(spec);
        process = root.withObjectProperty("process");
        linux = root.withObjectProperty("linux");
        owner = spec.process().user().uid();
        group = spec.process().user().gid();
        userNamespace = spec.linux().namespaces().stream()
                .anyMatch(namespace -> namespace.type().equals("user"));
        everyDevice =
                spec.linux().resources() == null || !spec.linux().resources().deniesDevices();
    }

    /** What the edits so far have made of it. */
    OciSpec result() {
        ArrayNode mounts = root.withArrayProperty("mounts");
        List<JsonNode> sorted = new ArrayList<>();
        mounts.forEach(sorted::add);
        // Stable, and parents before what is in them.
        sorted.sort(Comparator.comparingLong(mount -> mount.path("destination")
                .asText()
                .chars()
                .filter(letter -> letter == '/')
                .count()));
        root.putArray("mounts").addAll(sorted);
        return SpecTree.spec(root);
    }

    /** Makes them; UNIMPLEMENTED for what Berth cannot do, FAILED_PRECONDITION for what this node lacks. */
    void apply(DeviceName device, ContainerEdits edits) {
        refuse(device, edits);
        for (String variable : edits.env()) {
            ArrayNode environment = process.withArrayProperty("env");
            String name = variable.substring(0, variable.indexOf('=') + 1);
            drop(environment, there -> there.asText().startsWith(name));
            environment.add(variable);
        }
        edits.deviceNodes().forEach(node -> node(device, node));
        edits.mounts().forEach(mount -> mount(device, mount));
        edits.hooks()
                .forEach(hook -> root.withObjectProperty("hooks")
                        .withArrayProperty(hook.hookName())
                        .add(SpecTree.of(new OciHooks.Hook(hook.path(), hook.args(), hook.env(), hook.timeout()))));
        edits.netDevices()
                .forEach(network -> root.withObjectProperty("linux")
                        .withObjectProperty("netDevices")
                        .set(network.hostInterfaceName(), SpecTree.of(new OciLinux.NetDevice(network.name()))));
        ArrayNode groups = process.withObjectProperty("user").withArrayProperty("additionalGids");
        for (long gid : edits.additionalGids()) {
            boolean there = false;
            for (JsonNode known : groups) {
                there |= known.asLong() == gid;
            }
            // 0 is no group to be added, as the specification has it.
            if (gid != 0 && !there) {
                groups.add(gid);
            }
        }
    }

    private static void refuse(DeviceName device, ContainerEdits edits) {
        if (edits.intelRdt() != null) {
            throw unsupported(device, "intelRdt", "Berth does not use Intel RDT");
        }
    }

    private static BerthException unsupported(DeviceName device, String what, String why) {
        return new BerthException(
                ErrorKind.UNIMPLEMENTED, "the CDI device " + device + " has " + what + ", which cannot be: " + why);
    }

    private void node(DeviceName device, DeviceNode asked) {
        OciLinux.Device node = HostNode.complete(device, asked, owner, group);
        ArrayNode devices = linux.withArrayProperty("devices");
        drop(devices, there -> there.path("path").asText().equals(node.path()));
        devices.add(SpecTree.of(node));
        String access = asked.permissions().isEmpty() ? "rwm" : asked.permissions();
        if (!everyDevice && !access.equals("none") && !node.type().equals("p")) {
            linux.withObjectProperty("resources")
                    .withArrayProperty("devices")
                    .add(SpecTree.of(DeviceRule.allow(node, access)));
        }
    }

    private void mount(DeviceName device, Mount asked) {
        String destination = Path.of(asked.containerPath()).normalize().toString();
        List<String> options = new ArrayList<>(asked.options());
        boolean bind = options.contains("bind") || options.contains("rbind") || NO_TYPE.contains(asked.type());
        if (bind) {
            if (!Files.exists(Path.of(asked.hostPath()))) {
                throw BerthException.failedPrecondition("the CDI device " + device + " mounts " + asked.hostPath()
                        + " on " + destination + ", and that is not on this node");
            }
            if (!options.contains("bind") && !options.contains("rbind")) {
                options.addFirst("rbind");
            }
            if (userNamespace && !options.contains("idmap") && !options.contains("ridmap")) {
                options.add(options.contains("rbind") ? "ridmap" : "idmap");
            }
        }
        ArrayNode mounts = root.withArrayProperty("mounts");
        drop(mounts, there -> there.path("destination").asText().equals(destination));
        ObjectNode added = mounts.addObject()
                .put("destination", destination)
                .put("type", bind ? "bind" : asked.type())
                .put("source", asked.hostPath());
        options.forEach(added.withArrayProperty("options")::add);
        propagation(options);
    }

    /** A mount that is to receive, or send, mounts needs a root that lets them through. */
    private void propagation(List<String> options) {
        if (options.contains("rshared") || options.contains("shared")) {
            linux.put("rootfsPropagation", "rshared");
        } else if ((options.contains("rslave") || options.contains("slave"))
                && !linux.path("rootfsPropagation").asText().equals("rshared")) {
            linux.put("rootfsPropagation", "rslave");
        }
    }

    private static void drop(ArrayNode nodes, Predicate<JsonNode> which) {
        for (int index = nodes.size() - 1; index >= 0; index--) {
            if (which.test(nodes.get(index))) {
                nodes.remove(index);
            }
        }
    }
}
