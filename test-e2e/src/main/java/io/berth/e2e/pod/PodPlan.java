package io.berth.e2e.pod;

import io.berth.e2e.daemon.CriClient;
import io.berth.proto.cri.v1.IDMapping;
import io.berth.proto.cri.v1.LinuxSandboxSecurityContext;
import io.berth.proto.cri.v1.NamespaceMode;
import io.berth.proto.cri.v1.NamespaceOption;
import io.berth.proto.cri.v1.PodSandboxConfig;
import io.berth.proto.cri.v1.PodSandboxMetadata;
import io.berth.proto.cri.v1.PortMapping;
import io.berth.proto.cri.v1.Protocol;
import io.berth.proto.cri.v1.RunPodSandboxRequest;
import io.berth.proto.cri.v1.UserNamespace;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.Consumer;

/** The configuration of a pod that is still to be run. */
public final class PodPlan {
    private final CriClient client;
    private final PodSandboxConfig.Builder config = PodSandboxConfig.newBuilder();
    private String runtimeHandler = "";

    /**
     * A plan for a pod with a network of its own.
     *
     * @param logs where the directories of pods' logs go
     */
    public PodPlan(CriClient client, Path logs, String name) {
        this.client = client;
        String uid = UUID.randomUUID().toString();
        config.setMetadata(PodSandboxMetadata.newBuilder()
                .setName(name)
                .setNamespace("e2e")
                .setUid(uid));
        config.setHostname(name).setLogDirectory(logs.resolve(name + "-" + uid).toString());
        namespaces(options -> options.setPid(NamespaceMode.CONTAINER));
    }

    /** Anything else that CRI can say about a pod. */
    public PodPlan with(Consumer<PodSandboxConfig.Builder> change) {
        change.accept(config);
        return this;
    }

    public PodPlan uid(String uid) {
        config.setMetadata(config.getMetadata().toBuilder().setUid(uid));
        return this;
    }

    public PodPlan namespaces(Consumer<NamespaceOption.Builder> change) {
        return security(security -> {
            NamespaceOption.Builder options = security.getNamespaceOptions().toBuilder();
            change.accept(options);
            security.setNamespaceOptions(options);
        });
    }

    private PodPlan security(Consumer<LinuxSandboxSecurityContext.Builder> change) {
        LinuxSandboxSecurityContext.Builder security = config.getLinux().getSecurityContext().toBuilder();
        change.accept(security);
        config.setLinux(config.getLinux().toBuilder().setSecurityContext(security));
        return this;
    }

    public PodPlan hostNetwork() {
        return namespaces(options -> options.setNetwork(NamespaceMode.NODE));
    }

    /** In a user namespace whose 65,536 ids are those of the host from this one on. */
    public PodPlan userNamespace(int firstHostId) {
        IDMapping ids = IDMapping.newBuilder()
                .setHostId(firstHostId)
                .setContainerId(0)
                .setLength(65_536)
                .build();
        return namespaces(options -> options.setUsernsOptions(UserNamespace.newBuilder()
                .setMode(NamespaceMode.POD)
                .addUids(ids)
                .addGids(ids)));
    }

    public PodPlan privileged() {
        return security(security -> security.setPrivileged(true));
    }

    public PodPlan sysctl(String name, String value) {
        config.setLinux(config.getLinux().toBuilder().putSysctls(name, value));
        return this;
    }

    public PodPlan port(Protocol protocol, int containerPort, int hostPort) {
        config.addPortMappings(PortMapping.newBuilder()
                .setProtocol(protocol)
                .setContainerPort(containerPort)
                .setHostPort(hostPort));
        return this;
    }

    public PodPlan runtimeHandler(String handler) {
        runtimeHandler = handler;
        return this;
    }

    /** The configuration as it stands. */
    public PodSandboxConfig config() {
        return config.build();
    }

    /** The request as it stands. */
    public RunPodSandboxRequest request() {
        return RunPodSandboxRequest.newBuilder()
                .setConfig(config)
                .setRuntimeHandler(runtimeHandler)
                .build();
    }

    /** Runs the pod. */
    public Pod run() {
        RunPodSandboxRequest request = request();
        String id = client.runtime().runPodSandbox(request).getPodSandboxId();
        return new Pod(client, id, request.getConfig());
    }
}
