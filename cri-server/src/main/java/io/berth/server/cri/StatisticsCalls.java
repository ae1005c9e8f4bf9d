package io.berth.server.cri;

import io.berth.core.Runtime;
import io.berth.proto.cri.v1.ContainerStats;
import io.berth.proto.cri.v1.ContainerStatsFilter;
import io.berth.proto.cri.v1.ContainerStatsRequest;
import io.berth.proto.cri.v1.ContainerStatsResponse;
import io.berth.proto.cri.v1.ListContainerStatsRequest;
import io.berth.proto.cri.v1.ListContainerStatsResponse;
import io.berth.proto.cri.v1.ListPodSandboxStatsRequest;
import io.berth.proto.cri.v1.ListPodSandboxStatsResponse;
import io.berth.proto.cri.v1.PodSandboxStats;
import io.berth.proto.cri.v1.PodSandboxStatsFilter;
import io.berth.proto.cri.v1.PodSandboxStatsRequest;
import io.berth.proto.cri.v1.PodSandboxStatsResponse;
import io.berth.proto.cri.v1.StreamContainerStatsRequest;
import io.berth.proto.cri.v1.StreamContainerStatsResponse;
import io.berth.proto.cri.v1.StreamPodSandboxStatsRequest;
import io.berth.proto.cri.v1.StreamPodSandboxStatsResponse;
import io.berth.server.cri.mapping.Filters;
import io.berth.server.cri.mapping.Require;
import io.berth.server.cri.mapping.StatisticsMapping;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The calls that tell what containers and pods use. */
final class StatisticsCalls {
    private final Runtime runtime;
    private final Calls calls;

    StatisticsCalls(Runtime runtime, Calls calls) {
        this.runtime = runtime;
        this.calls = calls;
    }

    void container(ContainerStatsRequest request, StreamObserver<ContainerStatsResponse> observer) {
        calls.onThread(
                "ContainerStats",
                observer,
                () -> ContainerStatsResponse.newBuilder()
                        .setStats(StatisticsMapping.toCri(
                                runtime.containerStatistics(Require.text(request.getContainerId(), "container_id"))))
                        .build());
    }

    void listContainers(ListContainerStatsRequest request, StreamObserver<ListContainerStatsResponse> observer) {
        calls.onThread(
                "ListContainerStats",
                observer,
                () -> ListContainerStatsResponse.newBuilder()
                        .addAllStats(containers(request.getFilter()))
                        .build());
    }

    void streamContainers(StreamContainerStatsRequest request, StreamObserver<StreamContainerStatsResponse> observer) {
        calls.listOnThread(
                "StreamContainerStats",
                observer,
                ContainerStats::getSerializedSize,
                page -> StreamContainerStatsResponse.newBuilder()
                        .addAllContainerStats(page)
                        .build(),
                () -> containers(request.getFilter()));
    }

    private List<ContainerStats> containers(ContainerStatsFilter filter) {
        return runtime.containerStatistics(Filters.containers(filter)).stream()
                .map(StatisticsMapping::toCri)
                .toList();
    }

    void sandbox(PodSandboxStatsRequest request, StreamObserver<PodSandboxStatsResponse> observer) {
        calls.onThread(
                "PodSandboxStats",
                observer,
                () -> PodSandboxStatsResponse.newBuilder()
                        .setStats(StatisticsMapping.toCri(
                                runtime.sandboxStatistics(Require.text(request.getPodSandboxId(), "pod_sandbox_id"))))
                        .build());
    }

    void listSandboxes(ListPodSandboxStatsRequest request, StreamObserver<ListPodSandboxStatsResponse> observer) {
        calls.onThread(
                "ListPodSandboxStats",
                observer,
                () -> ListPodSandboxStatsResponse.newBuilder()
                        .addAllStats(sandboxes(request.getFilter()))
                        .build());
    }

    void streamSandboxes(StreamPodSandboxStatsRequest request, StreamObserver<StreamPodSandboxStatsResponse> observer) {
        calls.listOnThread(
                "StreamPodSandboxStats",
                observer,
                PodSandboxStats::getSerializedSize,
                page -> StreamPodSandboxStatsResponse.newBuilder()
                        .addAllPodSandboxStats(page)
                        .build(),
                () -> sandboxes(request.getFilter()));
    }

    private List<PodSandboxStats> sandboxes(PodSandboxStatsFilter filter) {
        return runtime.sandboxStatistics(Filters.sandboxes(filter)).stream()
                .map(StatisticsMapping::toCri)
                .toList();
    }
}
