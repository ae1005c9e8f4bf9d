package io.berth.server.cri;

import io.berth.proto.cri.v1.AttachRequest;
import io.berth.proto.cri.v1.AttachResponse;
import io.berth.proto.cri.v1.CheckpointContainerRequest;
import io.berth.proto.cri.v1.CheckpointContainerResponse;
import io.berth.proto.cri.v1.CheckpointPodRequest;
import io.berth.proto.cri.v1.CheckpointPodResponse;
import io.berth.proto.cri.v1.ExecRequest;
import io.berth.proto.cri.v1.ExecResponse;
import io.berth.proto.cri.v1.PortForwardRequest;
import io.berth.proto.cri.v1.PortForwardResponse;
import io.berth.proto.cri.v1.RestorePodRequest;
import io.berth.proto.cri.v1.RestorePodResponse;
import io.berth.proto.cri.v1.RuntimeServiceGrpc.RuntimeServiceImplBase;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The calls that this version of Berth does not serve: each says so, and what to use meanwhile. */
abstract class LaterCalls extends RuntimeServiceImplBase {
    private static final String STREAMING = "berth has no streaming sessions yet";
    private static final String CHECKPOINTS = "berth has no checkpoints";

    @Override
    public final void exec(ExecRequest request, StreamObserver<ExecResponse> observer) {
        refuse(observer, "Exec: " + STREAMING + "; ExecSync runs a command without one (crictl exec --sync)");
    }

    @Override
    public final void attach(AttachRequest request, StreamObserver<AttachResponse> observer) {
        refuse(observer, "Attach: " + STREAMING + "; the container's log has its output");
    }

    @Override
    public final void portForward(PortForwardRequest request, StreamObserver<PortForwardResponse> observer) {
        refuse(observer, "PortForward: " + STREAMING + "; the pod's address and its host ports can be used");
    }

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
