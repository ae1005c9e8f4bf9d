package io.berth.server.cri;

import io.berth.proto.cri.v1.AttachRequest;
import io.berth.proto.cri.v1.AttachResponse;
import io.berth.proto.cri.v1.CheckpointContainerRequest;
import io.berth.proto.cri.v1.CheckpointContainerResponse;
import io.berth.proto.cri.v1.CheckpointPodRequest;
import io.berth.proto.cri.v1.CheckpointPodResponse;
import io.berth.proto.cri.v1.ContainerEventResponse;
import io.berth.proto.cri.v1.ExecRequest;
import io.berth.proto.cri.v1.ExecResponse;
import io.berth.proto.cri.v1.GetEventsRequest;
import io.berth.proto.cri.v1.ListMetricDescriptorsRequest;
import io.berth.proto.cri.v1.ListMetricDescriptorsResponse;
import io.berth.proto.cri.v1.ListPodSandboxMetricsRequest;
import io.berth.proto.cri.v1.ListPodSandboxMetricsResponse;
import io.berth.proto.cri.v1.PortForwardRequest;
import io.berth.proto.cri.v1.PortForwardResponse;
import io.berth.proto.cri.v1.RestorePodRequest;
import io.berth.proto.cri.v1.RestorePodResponse;
import io.berth.proto.cri.v1.RuntimeServiceGrpc.RuntimeServiceImplBase;
import io.berth.proto.cri.v1.StreamPodSandboxMetricsRequest;
import io.berth.proto.cri.v1.StreamPodSandboxMetricsResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;

/** The calls that this version of Berth does not serve: each says so, and what to use meanwhile. */
abstract class LaterCalls extends RuntimeServiceImplBase {
    private static final String STREAMING = "berth has no streaming sessions yet";
    private static final String METRICS = "berth has no CRI metrics yet; the statistics calls are served";
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

    @Override
    public final void getContainerEvents(GetEventsRequest request, StreamObserver<ContainerEventResponse> observer) {
        refuse(observer, "GetContainerEvents: berth has no event stream yet; the lists are cheap to poll");
    }

    @Override
    public final void listMetricDescriptors(
            ListMetricDescriptorsRequest request, StreamObserver<ListMetricDescriptorsResponse> observer) {
        refuse(observer, "ListMetricDescriptors: " + METRICS);
    }

    @Override
    public final void listPodSandboxMetrics(
            ListPodSandboxMetricsRequest request, StreamObserver<ListPodSandboxMetricsResponse> observer) {
        refuse(observer, "ListPodSandboxMetrics: " + METRICS);
    }

    @Override
    public final void streamPodSandboxMetrics(
            StreamPodSandboxMetricsRequest request, StreamObserver<StreamPodSandboxMetricsResponse> observer) {
        refuse(observer, "StreamPodSandboxMetrics: " + METRICS);
    }

    private static void refuse(StreamObserver<?> observer, String message) {
        observer.onError(Status.UNIMPLEMENTED.withDescription(message).asRuntimeException());
    }
}
