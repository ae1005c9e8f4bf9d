package io.berth.e2e.compare;

import io.berth.proto.cri.v1.Container;
import io.berth.proto.cri.v1.ContainerMetadata;
import io.berth.proto.cri.v1.ContainerState;
import io.berth.proto.cri.v1.ContainerStatus;
import io.berth.proto.cri.v1.ContainerStatusRequest;
import io.berth.proto.cri.v1.ContainerStatusResponse;
import io.berth.proto.cri.v1.CreateContainerRequest;
import io.berth.proto.cri.v1.CreateContainerResponse;
import io.berth.proto.cri.v1.ExecSyncRequest;
import io.berth.proto.cri.v1.ExecSyncResponse;
import io.berth.proto.cri.v1.ImageSpec;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListContainersResponse;
import io.berth.proto.cri.v1.RemoveContainerRequest;
import io.berth.proto.cri.v1.RemoveContainerResponse;
import io.berth.proto.cri.v1.RemovePodSandboxRequest;
import io.berth.proto.cri.v1.RemovePodSandboxResponse;
import io.berth.proto.cri.v1.RunPodSandboxRequest;
import io.berth.proto.cri.v1.RunPodSandboxResponse;
import io.berth.proto.cri.v1.RuntimeServiceGrpc.RuntimeServiceImplBase;
import io.berth.proto.cri.v1.StartContainerRequest;
import io.berth.proto.cri.v1.StartContainerResponse;
import io.berth.proto.cri.v1.StopContainerRequest;
import io.berth.proto.cri.v1.StopContainerResponse;
import io.berth.proto.cri.v1.StopPodSandboxRequest;
import io.berth.proto.cri.v1.StopPodSandboxResponse;
import io.grpc.stub.StreamObserver;

/** A runtime that answers the calls of a pod's life at once and does nothing: whoever calls it hears itself alone. */
final class StandIn extends RuntimeServiceImplBase {
    private static final String ID = "0123456789abcdef".repeat(4);
    private static final ContainerMetadata NAME =
            ContainerMetadata.newBuilder().setName("main").build();
    private static final ImageSpec IMAGE =
            ImageSpec.newBuilder().setImage("localhost/bench/busybox:1").build();
    private static final ListContainersResponse LIST = list();
    private static final ContainerStatusResponse STATUS = ContainerStatusResponse.newBuilder()
            .setStatus(ContainerStatus.newBuilder()
                    .setId(ID)
                    .setMetadata(NAME)
                    .setImage(IMAGE)
                    .setState(ContainerState.CONTAINER_RUNNING))
            .build();

    private static ListContainersResponse list() {
        ListContainersResponse.Builder list = ListContainersResponse.newBuilder();
        for (int i = 0; i < ListPart.PODS; i++) {
            list.addContainers(Container.newBuilder()
                    .setId(ID)
                    .setPodSandboxId(ID)
                    .setMetadata(NAME)
                    .setImage(IMAGE)
                    .setImageRef(ID)
                    .setState(ContainerState.CONTAINER_RUNNING));
        }
        return list.build();
    }

    @Override
    public void runPodSandbox(RunPodSandboxRequest request, StreamObserver<RunPodSandboxResponse> observer) {
        answer(observer, RunPodSandboxResponse.newBuilder().setPodSandboxId(ID).build());
    }

    @Override
    public void createContainer(CreateContainerRequest request, StreamObserver<CreateContainerResponse> observer) {
        answer(observer, CreateContainerResponse.newBuilder().setContainerId(ID).build());
    }

    @Override
    public void startContainer(StartContainerRequest request, StreamObserver<StartContainerResponse> observer) {
        answer(observer, StartContainerResponse.getDefaultInstance());
    }

    @Override
    public void execSync(ExecSyncRequest request, StreamObserver<ExecSyncResponse> observer) {
        answer(observer, ExecSyncResponse.getDefaultInstance());
    }

    @Override
    public void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> observer) {
        answer(observer, STATUS);
    }

    @Override
    public void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> observer) {
        answer(observer, LIST);
    }

    @Override
    public void stopContainer(StopContainerRequest request, StreamObserver<StopContainerResponse> observer) {
        answer(observer, StopContainerResponse.getDefaultInstance());
    }

    @Override
    public void removeContainer(RemoveContainerRequest request, StreamObserver<RemoveContainerResponse> observer) {
        answer(observer, RemoveContainerResponse.getDefaultInstance());
    }

    @Override
    public void stopPodSandbox(StopPodSandboxRequest request, StreamObserver<StopPodSandboxResponse> observer) {
        answer(observer, StopPodSandboxResponse.getDefaultInstance());
    }

    @Override
    public void removePodSandbox(RemovePodSandboxRequest request, StreamObserver<RemovePodSandboxResponse> observer) {
        answer(observer, RemovePodSandboxResponse.getDefaultInstance());
    }

    private static <T> void answer(StreamObserver<T> observer, T answer) {
        observer.onNext(answer);
        observer.onCompleted();
    }
}
