package io.berth.server.cri;

import io.berth.core.Runtime;
import io.berth.core.metric.PodMetric;
import io.berth.proto.cri.v1.ListMetricDescriptorsResponse;
import io.berth.proto.cri.v1.ListPodSandboxMetricsResponse;
import io.berth.proto.cri.v1.PodSandboxMetrics;
import io.berth.proto.cri.v1.StreamPodSandboxMetricsResponse;
import io.berth.server.cri.mapping.MetricMapping;
import io.grpc.stub.StreamObserver;
import java.util.Arrays;
import java.util.List;

/** ListMetricDescriptors, ListPodSandboxMetrics and StreamPodSandboxMetrics. */
final class MetricCalls {
    private final Runtime runtime;
    private final Calls calls;

    MetricCalls(Runtime runtime, Calls calls) {
        this.runtime = runtime;
        this.calls = calls;
    }

    void descriptors(StreamObserver<ListMetricDescriptorsResponse> observer) {
        calls.atOnce(
                observer,
                () -> ListMetricDescriptorsResponse.newBuilder()
                        .addAllDescriptors(Arrays.stream(PodMetric.values())
                                .map(MetricMapping::toCri)
                                .toList())
                        .build());
    }

    void list(StreamObserver<ListPodSandboxMetricsResponse> observer) {
        calls.onThread(
                "ListPodSandboxMetrics",
                observer,
                () -> ListPodSandboxMetricsResponse.newBuilder()
                        .addAllPodMetrics(pods())
                        .build());
    }

    void stream(StreamObserver<StreamPodSandboxMetricsResponse> observer) {
        calls.listOnThread(
                "StreamPodSandboxMetrics",
                observer,
                PodSandboxMetrics::getSerializedSize,
                page -> StreamPodSandboxMetricsResponse.newBuilder()
                        .addAllPodSandboxMetrics(page)
                        .build(),
                this::pods);
    }

    private List<PodSandboxMetrics> pods() {
        return runtime.metrics().stream().map(MetricMapping::toCri).toList();
    }
}
