package io.berth.core.cdi;

import io.berth.core.cdi.CdiSpec.ContainerEdits;
import io.berth.core.cdi.CdiSpec.DeviceNode;
import io.berth.core.cdi.CdiSpec.Hook;
import io.berth.core.cdi.CdiSpec.Mount;
import io.berth.core.cdi.CdiSpec.NetDevice;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Whether a vendor's file says only what the CDI specification has, and all that it wants said. */
final class SpecChecker {
    private static final Pattern PERMISSIONS = Pattern.compile("[rwm]*|none");
    private static final Set<String> DEVICE_TYPES = Set.of("", "b", "c", "u", "p");
    private static final Set<String> HOOKS =
            Set.of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop");
    private static final long MAXIMUM_ID = 0xFFFF_FFFFL;
    private static final int LONGEST_CLASS_OF_SERVICE = 4096;

    private SpecChecker() {}

    static void check(CdiSpec spec) throws UnusableFile {
        if (!DeviceName.isKind(spec.kind())) {
            throw new UnusableFile("its kind is \"" + spec.kind() + "\": a vendor and a class are expected, such as"
                    + " vendor.com/device");
        }
        require(!spec.devices().isEmpty(), "it has no devices");
        Set<String> names = new HashSet<>();
        for (CdiSpec.Device device : spec.devices()) {
            require(DeviceName.isName(device.name()), "\"" + device.name() + "\" is no device's name");
            require(names.add(device.name()), "it has two devices " + device.name());
            require(
                    !device.containerEdits().equals(ContainerEdits.NONE),
                    "the device " + device.name() + " edits nothing");
        }
        SpecVersion.check(spec);
        edits(spec.containerEdits());
        for (CdiSpec.Device device : spec.devices()) {
            edits(device.containerEdits());
        }
    }

    private static void edits(ContainerEdits edits) throws UnusableFile {
        variables(edits.env());
        for (DeviceNode node : edits.deviceNodes()) {
            node(node);
        }
        for (Mount mount : edits.mounts()) {
            path("a mount's hostPath", mount.hostPath());
            path("a mount's containerPath", mount.containerPath());
        }
        for (Hook hook : edits.hooks()) {
            hook(hook);
        }
        for (long group : edits.additionalGids()) {
            id("additionalGids", group);
        }
        interfaces(edits.netDevices());
        if (edits.intelRdt() != null) {
            String name = edits.intelRdt().closId();
            require(
                    name.equals("/")
                            || (name.length() < LONGEST_CLASS_OF_SERVICE
                                    && !name.equals(".")
                                    && !name.equals("..")
                                    && name.indexOf('/') < 0
                                    && name.indexOf('\n') < 0),
                    "\"" + name + "\" is no closID");
        }
    }

    private static void variables(List<String> variables) throws UnusableFile {
        for (String variable : variables) {
            require(
                    variable.indexOf('=') > 0 && variable.indexOf('\0') < 0,
                    "\"" + variable + "\" in env is not NAME=VALUE");
        }
    }

    private static void node(DeviceNode node) throws UnusableFile {
        path("a device node's path", node.path());
        path("a device node's hostPath", node.source());
        require(
                DEVICE_TYPES.contains(node.type()),
                "the device node " + node.path() + " has the type \"" + node.type() + "\": b, c, u or p is expected");
        require(
                PERMISSIONS.matcher(node.permissions()).matches(),
                "the device node " + node.path() + " has the permissions \"" + node.permissions()
                        + "\": letters of r, w and m are expected, or none");
        require(
                node.major() >= 0 && node.major() <= MAXIMUM_ID && node.minor() >= 0 && node.minor() <= MAXIMUM_ID,
                "the device node " + node.path() + " has the number " + node.major() + ":" + node.minor());
        id("a device node's uid", node.uid() == null ? 0 : node.uid());
        id("a device node's gid", node.gid() == null ? 0 : node.gid());
    }

    private static void hook(Hook hook) throws UnusableFile {
        require(HOOKS.contains(hook.hookName()), "\"" + hook.hookName() + "\" is no hook's name");
        path("the path of the hook " + hook.hookName(), hook.path());
        variables(hook.env());
        require(
                hook.timeout() == null || hook.timeout() > 0,
                "the hook " + hook.hookName() + " has the timeout " + hook.timeout() + ": more than 0 is expected");
    }

    private static void interfaces(List<NetDevice> devices) throws UnusableFile {
        Set<String> outside = new HashSet<>();
        Set<String> inside = new HashSet<>();
        for (NetDevice device : devices) {
            require(
                    !device.hostInterfaceName().isEmpty() && !device.name().isEmpty(),
                    "a network device needs a hostInterfaceName and a name");
            require(
                    outside.add(device.hostInterfaceName()) && inside.add(device.name()),
                    "it has the network device " + device.hostInterfaceName() + " or " + device.name() + " twice");
        }
    }

    private static void path(String what, String path) throws UnusableFile {
        require(
                path.startsWith("/") && path.indexOf('\0') < 0,
                what + " is \"" + path + "\": an absolute path is expected");
    }

    private static void id(String what, long id) throws UnusableFile {
        require(id >= 0 && id <= MAXIMUM_ID, what + " has " + id + ": an id is 0 to " + MAXIMUM_ID);
    }

    private static void require(boolean holds, String orElse) throws UnusableFile {
        if (!holds) {
            throw new UnusableFile(orElse);
        }
    }
}
