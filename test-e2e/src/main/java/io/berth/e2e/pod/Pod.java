package io.berth.e2e.pod;

import io.berth.e2e.daemon.CriClient;
import io.berth.proto.cri.v1.PodSandboxConfig;
import io.berth.proto.cri.v1.PodSandboxState;
import io.berth.proto.cri.v1.PodSandboxStatus;
import io.berth.proto.cri.v1.PodSandboxStatusRequest;
import io.berth.proto.cri.v1.RemovePodSandboxRequest;
import io.berth.proto.cri.v1.StopPodSandboxRequest;

/** A pod that was run. */
public record Pod(CriClient client, String id, PodSandboxConfig config) {
    /** A container of this pod that is still to be created. */
    public ContainerPlan container(String name, String image) {
        return new ContainerPlan(client, this, name, image);
    }

    public PodSandboxStatus status() {
        return client.runtime()
                .podSandboxStatus(
                        PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build())
                .getStatus();
    }

    public boolean isReady() {
        return status().getState() == PodSandboxState.SANDBOX_READY;
    }

    /** The pod's address; empty on the host's network. */
    public String address() {
        return status().getNetwork().getIp();
    }

    public Pod stop() {
        client.runtime()
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build());
        return this;
    }

    public void remove() {
        client.runtime()
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build());
    }
}
