package io.berth.e2e.pod;

import com.google.protobuf.ByteString;
import io.berth.e2e.daemon.CriClient;
import io.berth.proto.cri.v1.ContainerConfig;
import io.berth.proto.cri.v1.ContainerMetadata;
import io.berth.proto.cri.v1.CreateContainerRequest;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.KeyValue;
import io.berth.proto.cri.v1.LinuxContainerResources;
import io.berth.proto.cri.v1.LinuxContainerSecurityContext;
import io.berth.proto.cri.v1.Mount;
import io.berth.proto.cri.v1.MountPropagation;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The configuration of a container that is still to be created. */
public final class ContainerPlan {
    private final CriClient client;
    private final Pod pod;
    private final ContainerConfig.Builder config = ContainerConfig.newBuilder();

    ContainerPlan(CriClient client, Pod pod, String name, String image) {
        this.client = client;
        this.pod = pod;
        config.setMetadata(ContainerMetadata.newBuilder().setName(name));
        config.setImage(ImageSpec.newBuilder().setImage(image));
        config.setLogPath(name + "/0.log");
        // A container has namespaces as its pod says, as the kubelet sends it.
        security(security -> security.setNamespaceOptions(
                pod.config().getLinux().getSecurityContext().getNamespaceOptions()));
    }

    /** Anything else that CRI can say about a container. */
    public ContainerPlan with(Consumer<ContainerConfig.Builder> change) {
        change.accept(config);
        return this;
    }

    /** Replaces the image's entry point. */
    public ContainerPlan command(String... words) {
        config.clearCommand().addAllCommand(List.of(words));
        return this;
    }

    /** Replaces the image's command. */
    public ContainerPlan arguments(String... words) {
        config.clearArgs().addAllArgs(List.of(words));
        return this;
    }

    /** Runs a shell script. */
    public ContainerPlan script(String script) {
        return command("/bin/sh", "-c").arguments(script);
    }

    public ContainerPlan environment(String name, String value) {
        config.addEnvs(KeyValue.newBuilder().setKey(name).setValue(ByteString.copyFromUtf8(value)));
        return this;
    }

    public ContainerPlan security(Consumer<LinuxContainerSecurityContext.Builder> change) {
        LinuxContainerSecurityContext.Builder security = config.getLinux().getSecurityContext().toBuilder();
        change.accept(security);
        config.setLinux(config.getLinux().toBuilder().setSecurityContext(security));
        return this;
    }

    public ContainerPlan resources(Consumer<LinuxContainerResources.Builder> change) {
        LinuxContainerResources.Builder resources = config.getLinux().getResources().toBuilder();
        change.accept(resources);
        config.setLinux(config.getLinux().toBuilder().setResources(resources));
        return this;
    }

    public ContainerPlan privileged() {
        return security(context -> context.setPrivileged(true));
    }

    public ContainerPlan mount(Path host, String container, boolean readOnly) {
        return mount(host, container, readOnly, MountPropagation.PROPAGATION_PRIVATE);
    }

    public ContainerPlan mount(Path host, String container, boolean readOnly, MountPropagation propagation) {
        config.addMounts(Mount.newBuilder()
                .setHostPath(host.toString())
                .setContainerPath(container)
                .setReadonly(readOnly)
                .setPropagation(propagation));
        return this;
    }

    public CreateContainerRequest request() {
        return CreateContainerRequest.newBuilder()
                .setPodSandboxId(pod.id())
                .setConfig(config)
                .setSandboxConfig(pod.config())
                .build();
    }

    /** Creates the container. */
    public PodContainer create() {
        String id = client.runtime().createContainer(request()).getContainerId();
        return new PodContainer(client, id, Path.of(pod.config().getLogDirectory(), config.getLogPath()));
    }

    /** Creates and starts it. */
    public PodContainer start() {
        return create().start();
    }
}
