package io.berth.server.cri;

import io.berth.proto.cri.v1.CheckpointContainerRequest;
import io.berth.proto.cri.v1.CheckpointContainerResponse;
import io.berth.proto.cri.v1.CheckpointPodRequest;
import io.berth.proto.cri.v1.CheckpointPodResponse;
import io.berth.proto.cri.v1.RestorePodRequest;
import io.berth.proto.cri.v1.RestorePodResponse;
import io.berth.proto.cri.v1.RuntimeServiceGrpc.AsyncService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The calls that this version of Berth does not serve: each says so, and what to use meanwhile. */
abstract class LaterCalls implements AsyncService {
    private static final String CHECKPOINTS = "berth has no checkpoints";

    @Override
    public final void checkpointContainer(
            CheckpointContainerRequest request, StreamObserver<CheckpointContainerResponse> observer) {
        refuse(observer, "CheckpointContainer: " + CHECKPOINTS);
    }

    @Override
    public final void checkpointPod(CheckpointPodRequest request, StreamObserver<CheckpointPodResponse> observer) {
        refuse(observer, "CheckpointPod: " + CHECKPOINTS);
    }

    @Override
    public final void restorePod(RestorePodRequest request, StreamObserver<RestorePodResponse> observer) {
        refuse(observer, "RestorePod: " + CHECKPOINTS);
    }

    private static void refuse(StreamObserver<?> observer, String message) {
        observer.onError(Status.UNIMPLEMENTED.withDescription(message).asRuntimeException());
    }
}
