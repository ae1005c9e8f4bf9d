package io.berth.core.spec;

import io.berth.core.Immutable;
import io.berth.core.cgroup.LinuxResources;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The Linux part (config-linux.md). */
public record OciLinux(
        List<Namespace> namespaces,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        List<Device> devices,
        String cgroupsPath,
        @Nullable OciResources resources,
        @Nullable OciSeccomp seccomp,
        String rootfsPropagation,
        List<String> maskedPaths,
        List<String> readonlyPaths,
        String mountLabel,
        Map<String, String> sysctl,
        @Nullable OciMemoryPolicy memoryPolicy,
        Map<String, NetDevice> netDevices) {
    public OciLinux {
        namespaces = Immutable.list(namespaces);
        uidMappings = Immutable.list(uidMappings);
        gidMappings = Immutable.list(gidMappings);
        devices = Immutable.list(devices);
        cgroupsPath = Immutable.text(cgroupsPath);
        rootfsPropagation = Immutable.text(rootfsPropagation);
        maskedPaths = Immutable.list(maskedPaths);
        readonlyPaths = Immutable.list(readonlyPaths);
        mountLabel = Immutable.text(mountLabel);
        sysctl = Immutable.map(sysctl);
        netDevices = Immutable.map(netDevices);
    }

    OciLinux with(LinuxResources limits) {
        return new OciLinux(
                namespaces,
                uidMappings,
                gidMappings,
                devices,
                cgroupsPath,
                OciResources.of(limits, resources == null ? List.of() : resources.devices()),
                seccomp,
                rootfsPropagation,
                maskedPaths,
                readonlyPaths,
                mountLabel,
                sysctl,
                memoryPolicy,
                netDevices);
    }

    /**
     * A namespace; one that is not named is the host's.
     *
     * @param type pid, network, mount, ipc, uts, user, cgroup, time
     * @param path of the namespace to join; empty: a new one
     */
    public record Namespace(String type, String path) {
        public Namespace {
            path = Immutable.text(path);
        }
    }

    /**
     * A network device of the host that the container gets; named by the key.
     *
     * @param name in the container; empty: as on the host
     */
    public record NetDevice(String name) {
        public NetDevice {
            name = Immutable.text(name);
        }
    }

    /** A range of ids, as the specification names its fields. */
    public record IdMapping(long containerID, long hostID, long size) {}

    /**
     * A device node.
     *
     * @param type c, u, b or p
     * @param hostPath where the host has it, where that is another path; Berth's own field: where no node can be made,
     *     in a user namespace, it is the host's that is bound
     */
    public record Device(
            String type,
            String path,
            long major,
            long minor,
            @Nullable Integer fileMode,
            @Nullable Long uid,
            @Nullable Long gid,
            @Nullable String hostPath) {
        /** One that has the same path on the host. */
        public Device(
                String type,
                String path,
                long major,
                long minor,
                @Nullable Integer fileMode,
                @Nullable Long uid,
                @Nullable Long gid) {
            this(type, path, major, minor, fileMode, uid, gid, null);
        }
    }
}
