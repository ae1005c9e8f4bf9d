package io.berth.core.nri;

import io.berth.core.container.ContainerState;
import io.berth.core.nri.adjust.PluginResources;
import io.berth.core.sandbox.SandboxConfig;
import io.berth.core.sandbox.SandboxNamespaces;
import io.berth.core.security.SecurityProfile;
import io.berth.core.spec.OciHooks;
import io.berth.core.spec.OciLinux;
import io.berth.core.spec.OciMount;
import io.berth.core.spec.OciProcess;
import io.berth.core.spec.OciSpec;
import io.berth.core.state.SandboxRecord;
import io.berth.proto.nri.v1alpha1.CDIDevice;
import io.berth.proto.nri.v1alpha1.Container;
import io.berth.proto.nri.v1alpha1.Hook;
import io.berth.proto.nri.v1alpha1.Hooks;
import io.berth.proto.nri.v1alpha1.Image;
import io.berth.proto.nri.v1alpha1.LinuxContainer;
import io.berth.proto.nri.v1alpha1.LinuxDevice;
import io.berth.proto.nri.v1alpha1.LinuxNamespace;
import io.berth.proto.nri.v1alpha1.LinuxNetDevice;
import io.berth.proto.nri.v1alpha1.LinuxPodSandbox;
import io.berth.proto.nri.v1alpha1.LinuxResources;
import io.berth.proto.nri.v1alpha1.Mount;
import io.berth.proto.nri.v1alpha1.OptionalFileMode;
import io.berth.proto.nri.v1alpha1.OptionalInt;
import io.berth.proto.nri.v1alpha1.OptionalUInt32;
import io.berth.proto.nri.v1alpha1.POSIXRlimit;
import io.berth.proto.nri.v1alpha1.PodSandbox;
import io.berth.proto.nri.v1alpha1.User;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Pods and containers as plugins are told of them. */
public final class Messages {
    private Messages() {}

    /** A pod. */
    public static PodSandbox pod(SandboxRecord sandboxRecord) {
        var sandbox = sandboxRecord.sandbox();
        SandboxConfig config = sandbox.config();
        LinuxPodSandbox.Builder linux = LinuxPodSandbox.newBuilder()
                .setCgroupParent(sandbox.cgroupParent())
                .setCgroupsPath(sandbox.cgroupParent() + "/" + sandbox.id())
                .addAllNamespaces(namespaces(sandboxRecord.namespaces()));
        if (config.overhead() != null) {
            linux.setPodOverhead(PluginResources.message(config.overhead()));
        }
        if (config.resources() != null) {
            linux.setPodResources(PluginResources.message(config.resources()));
        }
        return PodSandbox.newBuilder()
                .setId(sandbox.id())
                .setName(config.metadata().name())
                .setUid(config.metadata().uid())
                .setNamespace(config.metadata().namespace())
                .putAllLabels(config.labels())
                .putAllAnnotations(config.annotations())
                .setRuntimeHandler(sandbox.runtimeHandler())
                .setLinux(linux)
                .setPid(sandbox.shimPid())
                .addAllIps(sandbox.addresses())
                .build();
    }

    private static List<LinuxNamespace> namespaces(SandboxNamespaces namespaces) {
        return List.of(
                        namespace("network", namespaces.network()),
                        namespace("ipc", namespaces.ipc()),
                        namespace("uts", namespaces.uts()),
                        namespace("pid", namespaces.pid()),
                        namespace("user", namespaces.user()))
                .stream()
                .filter(namespace -> !namespace.getPath().isEmpty())
                .toList();
    }

    private static LinuxNamespace namespace(String type, String path) {
        return LinuxNamespace.newBuilder().setType(type).setPath(path).build();
    }

    /** The resources, none for null. */
    public static LinuxResources resources(io.berth.core.cgroup.@Nullable LinuxResources resources) {
        return resources == null ? LinuxResources.getDefaultInstance() : PluginResources.message(resources);
    }

    /**
     * A container.
     *
     * @param spec null when it is not there any more: what it alone tells is then left out
     */
    public static Container container(io.berth.core.container.Container container, @Nullable OciSpec spec) {
        Container.Builder message = Container.newBuilder()
                .setId(container.id())
                .setPodSandboxId(container.sandboxId())
                .setName(container.config().metadata().name())
                .putAllLabels(container.config().labels())
                .setCreatedAt(container.createdAt())
                .setUser(User.newBuilder()
                        .setUid((int) container.user().uid())
                        .setGid((int) container.user().gid())
                        .addAllAdditionalGids(container.user().supplementalGroups().stream()
                                .map(Long::intValue)
                                .toList()))
                .setImage(Image.newBuilder()
                        .setName(container.config().image().image())
                        .setDigest(container.imageReference())
                        .setConfigDigest(container.imageId()));
        container
                .config()
                .cdiDevices()
                .forEach(name -> message.addCDIDevices(CDIDevice.newBuilder().setName(name)));
        state(container.state(), message);
        LinuxContainer.Builder linux = message.getLinuxBuilder()
                .setResources(PluginResources.message(container.resources()))
                .setCgroupsPath(container.cgroupPath());
        SecurityProfile seccomp = container.config().security().seccomp();
        if (seccomp != null) {
            linux.setSeccompProfile(profile(seccomp));
        }
        if (spec == null) {
            message.putAllAnnotations(container.config().annotations());
        } else {
            message.putAllAnnotations(spec.annotations());
            process(spec.process(), message);
            spec.mounts().forEach(mount -> message.addMounts(mount(mount)));
            linux(spec.linux(), linux);
            SchedulingMessages.add(spec.process(), linux);
            OciHooks hooks = spec.hooks();
            if (hooks != null) {
                message.setHooks(hooks(hooks));
            }
        }
        return message.build();
    }

    private static void state(ContainerState state, Container.Builder message) {
        switch (state) {
            case ContainerState.Created created ->
                message.setState(io.berth.proto.nri.v1alpha1.ContainerState.CONTAINER_CREATED);
            case ContainerState.Running running ->
                message.setState(io.berth.proto.nri.v1alpha1.ContainerState.CONTAINER_RUNNING)
                        .setPid(running.pid())
                        .setStartedAt(running.startedAt());
            case ContainerState.Exited exited ->
                message.setState(io.berth.proto.nri.v1alpha1.ContainerState.CONTAINER_STOPPED)
                        .setStartedAt(exited.startedAt())
                        .setFinishedAt(exited.finishedAt())
                        .setExitCode(exited.exitCode())
                        .setStatusReason(exited.reason())
                        .setStatusMessage(exited.message());
            case ContainerState.Unknown unknown ->
                message.setState(io.berth.proto.nri.v1alpha1.ContainerState.CONTAINER_UNKNOWN)
                        .setStatusMessage(unknown.message());
        }
    }

    private static io.berth.proto.nri.v1alpha1.SecurityProfile profile(SecurityProfile seccomp) {
        return io.berth.proto.nri.v1alpha1.SecurityProfile.newBuilder()
                .setProfileType(
                        switch (seccomp.type()) {
                            case RUNTIME_DEFAULT ->
                                io.berth.proto.nri.v1alpha1.SecurityProfile.ProfileType.RUNTIME_DEFAULT;
                            case UNCONFINED -> io.berth.proto.nri.v1alpha1.SecurityProfile.ProfileType.UNCONFINED;
                            case LOCALHOST -> io.berth.proto.nri.v1alpha1.SecurityProfile.ProfileType.LOCALHOST;
                        })
                .setLocalhostRef(seccomp.localhostReference())
                .build();
    }

    private static void process(OciProcess process, Container.Builder message) {
        message.addAllArgs(process.args()).addAllEnv(process.env());
        for (OciProcess.ResourceLimit limit : process.rlimits()) {
            message.addRlimits(POSIXRlimit.newBuilder()
                    .setType(limit.type())
                    .setSoft(limit.soft())
                    .setHard(limit.hard()));
        }
        if (process.oomScoreAdj() != null) {
            message.getLinuxBuilder().setOomScoreAdj(OptionalInt.newBuilder().setValue(process.oomScoreAdj()));
        }
    }

    private static Hooks hooks(OciHooks hooks) {
        return Hooks.newBuilder()
                .addAllPrestart(hooks(hooks.prestart()))
                .addAllCreateRuntime(hooks(hooks.createRuntime()))
                .addAllCreateContainer(hooks(hooks.createContainer()))
                .addAllStartContainer(hooks(hooks.startContainer()))
                .addAllPoststart(hooks(hooks.poststart()))
                .addAllPoststop(hooks(hooks.poststop()))
                .build();
    }

    private static List<Hook> hooks(List<OciHooks.Hook> hooks) {
        return hooks.stream()
                .map(hook -> {
                    Hook.Builder message = Hook.newBuilder()
                            .setPath(hook.path())
                            .addAllArgs(hook.args())
                            .addAllEnv(hook.env());
                    if (hook.timeout() != null) {
                        message.setTimeout(OptionalInt.newBuilder().setValue(hook.timeout()));
                    }
                    return message.build();
                })
                .toList();
    }

    private static Mount mount(OciMount mount) {
        return Mount.newBuilder()
                .setDestination(mount.destination())
                .setType(mount.type())
                .setSource(mount.source())
                .addAllOptions(mount.options())
                .build();
    }

    private static void linux(OciLinux linux, LinuxContainer.Builder message) {
        linux.namespaces().forEach(one -> message.addNamespaces(namespace(one.type(), one.path())));
        linux.devices().forEach(device -> message.addDevices(device(device)));
        message.putAllSysctl(linux.sysctl());
        linux.netDevices()
                .forEach((host, device) -> message.putNetDevices(
                        host, LinuxNetDevice.newBuilder().setName(device.name()).build()));
    }

    private static LinuxDevice device(OciLinux.Device device) {
        LinuxDevice.Builder message = LinuxDevice.newBuilder()
                .setPath(device.path())
                .setType(device.type())
                .setMajor(device.major())
                .setMinor(device.minor());
        if (device.fileMode() != null) {
            message.setFileMode(OptionalFileMode.newBuilder().setValue(device.fileMode()));
        }
        if (device.uid() != null) {
            message.setUid(OptionalUInt32.newBuilder().setValue(device.uid().intValue()));
        }
        if (device.gid() != null) {
            message.setGid(OptionalUInt32.newBuilder().setValue(device.gid().intValue()));
        }
        return message.build();
    }
}
