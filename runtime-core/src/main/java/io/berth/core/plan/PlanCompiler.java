package io.berth.core.plan;

import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.core.spec.ImageMounts;
import io.berth.core.spec.OciHooks;
import io.berth.core.spec.OciLinux;
import io.berth.core.spec.OciMount;
import io.berth.core.spec.OciResources;
import io.berth.core.spec.OciSeccomp;
import io.berth.core.spec.OciSpec;
import io.berth.imagefs.Snapshot;
import io.berth.kernel.seccomp.SeccompCompiler;
import io.berth.proto.shim.v1.DeviceNode;
import io.berth.proto.shim.v1.IdMapping;
import io.berth.proto.shim.v1.LaunchPlan;
import io.berth.proto.shim.v1.Mount;
import io.berth.proto.shim.v1.Namespaces;
import io.berth.proto.shim.v1.OverlayMount;
import io.berth.proto.shim.v1.Process;
import io.berth.proto.shim.v1.RootFilesystem;
import io.berth.proto.shim.v1.Symlink;
import io.berth.proto.shim.v1.Sysctl;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compiles an OCI specification to the flat launch plan that the shim executes step by step. Safe for any number of
 * threads.
 */
@SuppressWarnings("AvoidCommonTypeNames") // the shim protocol's Process
public final class PlanCompiler {
    /** Shims from before image volumes refuse a plan that needs them by this name. */
    private static final String IMAGE_MOUNTS = "image-mounts";

    private static final String HOOKS = "hooks";

    /** The file systems whose files have no labels of their own, or those of who makes them. */
    private static final Set<String> LABELLED = Set.of("tmpfs", "devpts", "mqueue");

    private static final List<Symlink> DEVICE_LINKS = List.of(
            link("/dev/ptmx", "pts/ptmx"),
            link("/dev/fd", "/proc/self/fd"),
            link("/dev/stdin", "/proc/self/fd/0"),
            link("/dev/stdout", "/proc/self/fd/1"),
            link("/dev/stderr", "/proc/self/fd/2"),
            link("/dev/core", "/proc/kcore"));

    private final ProcessCompiler processes;

    public PlanCompiler(SeccompCompiler seccomp) {
        this.processes = new ProcessCompiler(seccomp);
    }

    /** Compiles a seccomp profile that will be asked for: it takes some 300 ms the first time. */
    public void prepare(OciSeccomp profile) {
        processes.filter(profile);
    }

    /** The first process alone: what others that join the container are made after. */
    public Process process(OciSpec spec) {
        return processes.first(spec);
    }

    /** The plan. */
    public LaunchPlan compile(OciSpec spec, LaunchContext context) {
        boolean userNamespace = !context.namespaces().user().isEmpty();
        LaunchPlan.Builder plan = LaunchPlan.newBuilder()
                .setContainerId(context.containerId())
                .setNamespaces(namespaces(spec.linux(), context.namespaces()))
                .setRoot(root(spec, context, userNamespace))
                .addAllMaskedPaths(spec.linux().maskedPaths())
                .addAllReadonlyPaths(spec.linux().readonlyPaths())
                .setHostname(spec.hostname())
                .setCgroupPath(context.cgroupDirectory().toString())
                .setProcess(processes.first(spec))
                .setLogPath(context.logPath())
                .setStandardInput(context.standardInput())
                .setStandardInputOnce(context.standardInputOnce())
                .setLogLineLimitBytes(context.logLineLimitBytes());
        if (spec.mounts().stream().anyMatch(mount -> mount.type().equals(ImageMounts.TYPE))) {
            plan.addRequiredFeatures(IMAGE_MOUNTS);
        }
        if (SchedulingCompiler.isNeeded(plan.getProcess())) {
            plan.addRequiredFeatures(SchedulingCompiler.FEATURE);
        }
        OciHooks hooks = spec.hooks();
        if (hooks != null) {
            plan.addRequiredFeatures(HOOKS)
                    .setHooks(HooksCompiler.compile(spec, hooks, context.containerId(), context.bundle()));
        }
        boolean devicesOfItsOwn = true;
        for (OciMount mount : spec.mounts()) {
            plan.addMounts(mount(mount, spec.linux().mountLabel(), context));
            devicesOfItsOwn &=
                    !(mount.destination().equals("/dev") && mount.type().equals("bind"));
        }
        if (devicesOfItsOwn) {
            spec.linux().devices().forEach(device -> plan.addDevices(device(device, userNamespace)));
            plan.addAllSymlinks(DEVICE_LINKS);
        }
        spec.linux()
                .sysctl()
                .forEach((name, value) ->
                        plan.addSysctls(Sysctl.newBuilder().setName(name).setValue(value)));
        return plan.build();
    }

    private static RootFilesystem root(OciSpec spec, LaunchContext context, boolean userNamespace) {
        OciResources resources = spec.linux().resources();
        RootFilesystem.Builder root = RootFilesystem.newBuilder()
                .setReadOnly(spec.root().readonly())
                // The next best thing: what is no device of the container's own does not work at all.
                .setNoDevices(!context.deviceFilter() && resources != null && resources.deniesDevices())
                .setPropagation(spec.linux().rootfsPropagation())
                .setIdmapped(userNamespace)
                // Hooks look for the root where the specification says it is.
                .setStagingDirectory(
                        spec.hooks() == null
                                ? context.stagingDirectory().toString()
                                : spec.root().path());
        switch (context.snapshot()) {
            case Snapshot.Overlay overlay -> {
                OverlayMount.Builder mount = OverlayMount.newBuilder()
                        .setUpperDirectory(overlay.upper().toString())
                        .setWorkDirectory(overlay.work().toString())
                        .addAllOptions(overlay.options());
                if (!spec.linux().mountLabel().isEmpty()) {
                    mount.addOptions("context=" + spec.linux().mountLabel());
                }
                overlay.lowerDirectories().forEach(lower -> mount.addLowerDirectories(lower.toString()));
                root.setOverlay(mount);
            }
            case Snapshot.Directory directory ->
                root.setDirectory(directory.path().toString());
        }
        return root.build();
    }

    private static Namespaces namespaces(OciLinux linux, SandboxNamespaces sandbox) {
        Namespaces.Builder namespaces = Namespaces.newBuilder();
        Map<String, String> held = Map.of(
                "network", sandbox.network(),
                "ipc", sandbox.ipc(),
                "uts", sandbox.uts(),
                "pid", sandbox.pid(),
                "user", sandbox.user());
        for (OciLinux.Namespace namespace : linux.namespaces()) {
            Namespaces.Choice.Builder choice = Namespaces.Choice.newBuilder();
            if (namespace.path().isEmpty()) {
                choice.setKind(Namespaces.Kind.NEW);
            } else if (namespace.path().equals(held.get(namespace.type()))) {
                choice.setKind(Namespaces.Kind.SANDBOX);
            } else {
                choice.setKind(Namespaces.Kind.PATH).setPath(namespace.path());
            }
            switch (namespace.type()) {
                case "network" -> namespaces.setNetwork(choice);
                case "ipc" -> namespaces.setIpc(choice);
                case "uts" -> namespaces.setUts(choice);
                case "pid" -> namespaces.setPid(choice);
                case "mount" -> namespaces.setMount(choice);
                case "cgroup" -> namespaces.setCgroup(choice);
                case "user" -> namespaces.setUser(choice);
                case "time" -> namespaces.setTime(choice);
                default ->
                    throw new IllegalArgumentException("the namespace type " + namespace.type() + " is not known");
            }
        }
        return namespaces
                .addAllUidMappings(mappings(linux.uidMappings()))
                .addAllGidMappings(mappings(linux.gidMappings()))
                .build();
    }

    private static List<IdMapping> mappings(List<OciLinux.IdMapping> mappings) {
        return mappings.stream()
                .map(mapping -> IdMapping.newBuilder()
                        .setContainerId((int) mapping.containerID())
                        .setHostId((int) mapping.hostID())
                        .setSize((int) mapping.size())
                        .build())
                .toList();
    }

    private static Mount mount(OciMount mount, String label, LaunchContext context) {
        MountOptions options = MountOptions.parse(mount.options());
        Mount.Builder compiled = Mount.newBuilder()
                .setDestination(mount.destination())
                .setAttributesSet(options.attributesSet())
                .setAttributesClear(options.attributesClear())
                .setAttributesRecursive(options.recursiveAttributes())
                .setPropagation(options.propagation())
                .setIdmapped(options.idmap())
                .setIdmappedRecursive(options.recursiveIdmap())
                .addAllUidMappings(mappings(mount.uidMappings()))
                .addAllGidMappings(mappings(mount.gidMappings()))
                .setCopyUp(options.copyUp());
        if (mount.source().equals(context.sandboxShm().toString())) {
            return compiled.setSourceKind(Mount.SourceKind.SANDBOX_SHM).build();
        }
        if (options.bind() || mount.type().equals("bind")) {
            return compiled.setSourceKind(Mount.SourceKind.BIND)
                    .setSource(mount.source())
                    .setRecursive(options.recursiveBind())
                    .build();
        }
        if (mount.type().equals(ImageMounts.TYPE)) {
            List<String> layers = ImageMounts.layers(options.data());
            if (!label.isEmpty()
                    && layers.size() == 1
                    && context.namespaces().user().isEmpty()) {
                // A label needs an overlay, and that more than one directory.
                compiled.addLowerDirectories(layers.getFirst())
                        .addLowerDirectories(context.stagingDirectory().toString());
            } else {
                compiled.addAllLowerDirectories(layers);
            }
            return compiled.setSourceKind(Mount.SourceKind.IMAGE)
                    .setMountLabel(label)
                    .setSubPath(ImageMounts.part(options.data()))
                    .build();
        }
        return compiled.setSourceKind(Mount.SourceKind.FILE_SYSTEM)
                .setFileSystemType(mount.type().equals("cgroup") ? "cgroup2" : mount.type())
                .setSource(mount.source())
                .addAllOptions(options.data())
                .setMountLabel(LABELLED.contains(mount.type()) ? label : "")
                .build();
    }

    private static DeviceNode device(OciLinux.Device device, boolean userNamespace) {
        DeviceNode.Builder node = DeviceNode.newBuilder()
                .setPath(device.path())
                .setType(
                        switch (device.type()) {
                            case "b" -> DeviceNode.Type.BLOCK;
                            case "p" -> DeviceNode.Type.FIFO;
                            default -> DeviceNode.Type.CHARACTER;
                        })
                .setMajor((int) device.major())
                .setMinor((int) device.minor())
                .setMode(device.fileMode() == null ? 0666 : device.fileMode())
                .setUid(device.uid() == null ? 0 : device.uid().intValue())
                .setGid(device.gid() == null ? 0 : device.gid().intValue());
        if (userNamespace) {
            node.setBindFrom(device.hostPath() == null ? device.path() : device.hostPath());
        }
        return node.build();
    }

    private static Symlink link(String path, String target) {
        return Symlink.newBuilder().setPath(path).setTarget(target).build();
    }
}
