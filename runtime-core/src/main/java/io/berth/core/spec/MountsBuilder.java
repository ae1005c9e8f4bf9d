package io.berth.core.spec;

import io.berth.core.container.ContainerConfig;
import io.berth.core.container.MountConfig;
import io.berth.core.container.MountPropagation;
import io.berth.core.error.BerthException;
import io.berth.core.security.ContainerSecurityContext;
import io.berth.core.security.NamespaceMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The mounts of a container: the system's own, the pod's files under /etc, and those asked for, parents first. */
final class MountsBuilder {
    /** What a mount may be asked to have beside what the other fields say; in the order in which they are named. */
    private static final Set<String> EXTRA_OPTIONS = new LinkedHashSet<>(List.of(
            "noexec",
            "nosuid",
            "nodev",
            "nosymfollow",
            "noatime",
            "nodiratime",
            "relatime",
            "strictatime",
            "exec",
            "suid",
            "dev",
            "symfollow",
            "diratime"));

    private final SpecRequest request;
    private final ContainerConfig container;
    private final ContainerSecurityContext security;
    private final boolean userNamespace;
    private final boolean hostNetwork;
    private final boolean hostIpc;

    MountsBuilder(SpecRequest request) {
        this.request = request;
        this.container = request.container();
        this.security = container.security();
        this.userNamespace = !request.namespaces().user().isEmpty();
        this.hostNetwork = request.namespaces().network().isEmpty();
        this.hostIpc = security.namespaces().ipc() == NamespaceMode.NODE
                || request.namespaces().ipc().isEmpty();
    }

    List<OciMount> mounts() {
        List<OciMount> asked = new ArrayList<>();
        Set<String> destinations = new HashSet<>();
        for (int index = 0; index < container.mounts().size(); index++) {
            OciMount made =
                    asked(container.mounts().get(index), request.imageVolumes().get(index));
            if (!destinations.add(made.destination())) {
                throw BerthException.invalidArgument(
                        "mounts has two mounts on \"" + made.destination() + "\": each needs a path of its own");
            }
            asked.add(made);
        }
        List<OciMount> all = new ArrayList<>();
        for (OciMount mount : defaults()) {
            boolean below = mount.destination().startsWith("/dev/") && destinations.contains("/dev");
            if (!destinations.contains(mount.destination()) && !below) {
                all.add(mount);
            }
        }
        all.addAll(asked);
        all.addAll(imageVolumes(destinations));
        // Stable: defaults before those asked for of the same depth.
        all.sort(Comparator.comparingInt(mount -> depth(mount.destination())));
        return all;
    }

    /**
     * The image's volumes are places to write. In a writable root they are that already; over a read-only one each gets
     * a file system of its own, in memory, with what the image has there.
     */
    private List<OciMount> imageVolumes(Set<String> taken) {
        if (!security.readonlyRootFilesystem()) {
            return List.of();
        }
        return request.image().volumes().stream()
                .filter(volume -> volume.startsWith("/"))
                .map(MountsBuilder::destination)
                .filter(volume -> !taken.contains(volume))
                .sorted()
                .map(volume -> OciMount.of(volume, "tmpfs", "tmpfs", "nosuid", "nodev", "tmpcopyup", "mode=1777"))
                .toList();
    }

    /** What the container's root must propagate, by the strongest wish of its mounts; empty: nothing. */
    String rootPropagation() {
        boolean receives = false;
        for (MountConfig mount : container.mounts()) {
            switch (mount.propagation()) {
                case PRIVATE -> {
                    // Asks for nothing.
                }
                case HOST_TO_CONTAINER -> receives = true;
                case BIDIRECTIONAL -> {
                    return "rshared";
                }
            }
        }
        return receives ? "rslave" : "";
    }

    private List<OciMount> defaults() {
        String sysfs = security.privileged() ? "rw" : "ro";
        List<OciMount> mounts = new ArrayList<>();
        mounts.add(OciMount.of("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
        mounts.add(OciMount.of("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
        mounts.add(OciMount.of(
                "/dev/pts",
                "devpts",
                "devpts",
                "nosuid",
                "noexec",
                "newinstance",
                "ptmxmode=0666",
                "mode=0620",
                "gid=5"));
        mounts.add(
                hostIpc
                        ? OciMount.of("/dev/shm", "bind", "/dev/shm", "rbind", "rprivate", "nosuid", "noexec", "nodev")
                        : OciMount.of(
                                "/dev/shm",
                                "bind",
                                request.files().shm().toString(),
                                "bind",
                                "nosuid",
                                "noexec",
                                "nodev"));
        mounts.add(
                userNamespace && hostIpc
                        ? OciMount.of("/dev/mqueue", "bind", "/dev/mqueue", "rbind", "nosuid", "noexec", "nodev")
                        : OciMount.of("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
        mounts.add(
                userNamespace && hostNetwork
                        // A user namespace that does not own the network namespace may not mount sysfs.
                        ? OciMount.of("/sys", "bind", "/sys", "rbind", "rprivate", "nosuid", "noexec", "nodev", "rro")
                        : OciMount.of("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", sysfs));
        mounts.add(OciMount.of("/sys/fs/cgroup", "cgroup", "cgroup", "nosuid", "noexec", "nodev", "relatime", sysfs));
        String write = security.readonlyRootFilesystem() ? "ro" : "rw";
        mounts.add(file("/etc/hostname", request.files().hostname().toString(), write));
        mounts.add(file("/etc/hosts", request.files().hosts().toString(), write));
        mounts.add(file("/etc/resolv.conf", request.files().resolvConf().toString(), write));
        return mounts;
    }

    private static OciMount file(String destination, String source, String write) {
        return OciMount.of(destination, "bind", source, "bind", "rprivate", write);
    }

    private OciMount asked(MountConfig mount, @Nullable ImageVolume image) {
        String destination = destination(mount.containerPath());
        checkAsked(mount, destination);
        List<String> options = new ArrayList<>();
        if (image != null) {
            options.add("ro");
            options.addAll(extra(mount, destination));
            return ImageMounts.mount(mount, destination, image, options);
        }
        options.add("rbind");
        options.add(MountSources.propagation(mount.propagation()));
        options.add(mount.recursiveReadOnly() ? "rro" : mount.readonly() ? "ro" : "rw");
        options.addAll(extra(mount, destination));
        if (!mount.uidMappings().isEmpty() || !mount.gidMappings().isEmpty()) {
            options.add("idmap");
        }
        return new OciMount(
                destination,
                "bind",
                MountSources.resolve(mount, destination),
                options,
                SpecBuilder.ociMappings(mount.uidMappings()),
                SpecBuilder.ociMappings(mount.gidMappings()));
    }

    private static List<String> extra(MountConfig mount, String destination) {
        for (String option : mount.mountOptions()) {
            if (!EXTRA_OPTIONS.contains(option)) {
                throw BerthException.invalidArgument("the mount on " + destination + " has \"" + option
                        + "\" in mount_options: known are " + String.join(", ", EXTRA_OPTIONS));
            }
        }
        return mount.mountOptions();
    }

    private void checkAsked(MountConfig mount, String destination) {
        if (mount.propagation() == MountPropagation.BIDIRECTIONAL && !security.privileged()) {
            throw BerthException.invalidArgument("the mount on " + destination
                    + " has bidirectional propagation: only a privileged container may make mounts on the node");
        }
        if (mount.recursiveReadOnly() && !mount.readonly()) {
            throw BerthException.invalidArgument(
                    "the mount on " + destination + " has recursive_read_only without readonly");
        }
        if (mount.recursiveReadOnly() && mount.propagation() != MountPropagation.PRIVATE) {
            throw BerthException.invalidArgument(
                    "the mount on " + destination + " has recursive_read_only: its propagation must be private");
        }
    }

    private static String destination(String path) {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw BerthException.invalidArgument(
                    "a mount has the container_path \"" + path + "\", which is not an absolute path");
        }
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                if (!parts.isEmpty()) {
                    parts.removeLast();
                }
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        if (parts.isEmpty()) {
            throw BerthException.invalidArgument("a mount has the container_path \"" + path
                    + "\": the root of the container cannot be mounted over");
        }
        return "/" + String.join("/", parts);
    }

    private static int depth(String path) {
        int depth = 0;
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            depth++;
        }
        return depth;
    }
}
