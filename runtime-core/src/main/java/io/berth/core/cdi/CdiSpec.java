package io.berth.core.cdi;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.berth.core.Immutable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One file of a vendor (CDI specification 1.1.0): devices of one kind. Field names as there; others are refused.
 *
 * @param kind vendor/class
 * @param containerEdits made once for a container that gets any of the devices
 */
record CdiSpec(
        String cdiVersion,
        String kind,
        Map<String, String> annotations,
        List<Device> devices,
        ContainerEdits containerEdits) {
    CdiSpec {
        cdiVersion = Immutable.text(cdiVersion);
        kind = Immutable.text(kind);
        annotations = Immutable.map(annotations);
        devices = Immutable.list(devices);
        containerEdits = ContainerEdits.orNone(containerEdits);
    }

    /** A device of the file's kind. */
    record Device(String name, Map<String, String> annotations, ContainerEdits containerEdits) {
        Device {
            name = Immutable.text(name);
            annotations = Immutable.map(annotations);
            containerEdits = ContainerEdits.orNone(containerEdits);
        }
    }

    /** What is changed in a container's OCI specification. */
    record ContainerEdits(
            List<String> env,
            List<DeviceNode> deviceNodes,
            List<NetDevice> netDevices,
            List<Hook> hooks,
            List<Mount> mounts,
            @Nullable IntelRdt intelRdt,
            List<Long> additionalGids) {
        static final ContainerEdits NONE =
                new ContainerEdits(List.of(), List.of(), List.of(), List.of(), List.of(), null, List.of());

        ContainerEdits {
            env = Immutable.list(env);
            deviceNodes = Immutable.list(deviceNodes);
            netDevices = Immutable.list(netDevices);
            hooks = Immutable.list(hooks);
            mounts = Immutable.list(mounts);
            additionalGids = Immutable.list(additionalGids);
        }

        static ContainerEdits orNone(@Nullable ContainerEdits edits) {
            return edits == null ? NONE : edits;
        }
    }

    /**
     * A device node.
     *
     * @param path in the container
     * @param hostPath empty: the same on the host
     * @param type b, c, u, p; empty: as the host's node is
     * @param major 0: as the host's node is
     * @param permissions of r, w and m; empty: all, "none": none
     */
    record DeviceNode(
            String path,
            String hostPath,
            String type,
            long major,
            long minor,
            @Nullable Integer fileMode,
            String permissions,
            @Nullable Long uid,
            @Nullable Long gid) {
        DeviceNode {
            path = Immutable.text(path);
            hostPath = Immutable.text(hostPath);
            type = Immutable.text(type);
            permissions = Immutable.text(permissions);
        }

        /** The node on the host. */
        String source() {
            return hostPath.isEmpty() ? path : hostPath;
        }
    }

    /** A mount; the type is empty or "none" for a bind. */
    record Mount(String hostPath, String containerPath, List<String> options, String type) {
        Mount {
            hostPath = Immutable.text(hostPath);
            containerPath = Immutable.text(containerPath);
            options = Immutable.list(options);
            type = Immutable.text(type);
        }
    }

    /**
     * A program to run at a point of the container's life.
     *
     * @param timeout seconds; null: none
     */
    record Hook(
            String hookName,
            String path,
            List<String> args,
            List<String> env,
            @Nullable Integer timeout) {
        Hook {
            hookName = Immutable.text(hookName);
            path = Immutable.text(path);
            args = Immutable.list(args);
            env = Immutable.list(env);
        }
    }

    /** What resctrl is told. */
    record IntelRdt(
            @JsonProperty("closID") String closId,
            String l3CacheSchema,
            String memBwSchema,
            @Nullable List<String> schemata,
            boolean enableMonitoring) {
        IntelRdt {
            closId = Immutable.text(closId);
        }
    }

    /** A network interface of the host that the container gets. */
    record NetDevice(String hostInterfaceName, String name) {
        NetDevice {
            hostInterfaceName = Immutable.text(hostInterfaceName);
            name = Immutable.text(name);
        }
    }
}
