package io.berth.server.cri;

import com.google.protobuf.ByteString;
import io.berth.core.Runtime;
import io.berth.core.container.Container;
import io.berth.core.sandbox.Sandbox;
import io.berth.proto.cri.v1.ContainerFilter;
import io.berth.proto.cri.v1.ContainerStatusRequest;
import io.berth.proto.cri.v1.ContainerStatusResponse;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListContainersResponse;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.ListPodSandboxResponse;
import io.berth.proto.cri.v1.PodSandboxFilter;
import io.berth.proto.cri.v1.PodSandboxStatusRequest;
import io.berth.proto.cri.v1.PodSandboxStatusResponse;
import io.berth.proto.cri.v1.StreamContainersRequest;
import io.berth.proto.cri.v1.StreamContainersResponse;
import io.berth.proto.cri.v1.StreamPodSandboxesRequest;
import io.berth.proto.cri.v1.StreamPodSandboxesResponse;
import io.berth.server.cri.mapping.ContainerMapping;
import io.berth.server.cri.mapping.Filters;
import io.berth.server.cri.mapping.Require;
import io.berth.server.cri.mapping.SandboxMapping;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The calls that list pods and containers or tell the state of one, put together from items encoded before. */
final class StateCalls {
    private final Runtime runtime;
    private final Calls calls;
    private final EncodedItems<Sandbox> sandboxItems;
    private final EncodedItems<Sandbox> sandboxStatuses;
    private final EncodedItems<Container> containerItems;
    private final EncodedItems<Container> containerStatuses;

    StateCalls(Runtime runtime, Calls calls) {
        this.runtime = runtime;
        this.calls = calls;
        this.sandboxItems = new EncodedItems<>(Sandbox::id, SandboxMapping::toListItem, runtime::sandboxes);
        this.sandboxStatuses = new EncodedItems<>(Sandbox::id, SandboxMapping::toStatus, runtime::sandboxes);
        this.containerItems = new EncodedItems<>(Container::id, ContainerMapping::toListItem, runtime::containers);
        this.containerStatuses = new EncodedItems<>(Container::id, ContainerMapping::toStatus, runtime::containers);
    }

    void sandboxStatus(PodSandboxStatusRequest request, StreamObserver<PodSandboxStatusResponse> observer) {
        if (request.getVerbose()) {
            calls.onThread("PodSandboxStatus", observer, () -> {
                Sandbox sandbox = sandbox(request);
                return sandboxStatus(sandbox)
                        .putAllInfo(runtime.sandboxInformation(sandbox.id()))
                        .build();
            });
        } else {
            calls.atOnce(observer, () -> sandboxStatus(sandbox(request)).build());
        }
    }

    private Sandbox sandbox(PodSandboxStatusRequest request) {
        return runtime.sandbox(Require.text(request.getPodSandboxId(), "pod_sandbox_id"));
    }

    private PodSandboxStatusResponse.Builder sandboxStatus(Sandbox sandbox) {
        return PodSandboxStatusResponse.newBuilder()
                .setTimestamp(Timestamps.now())
                .setUnknownFields(
                        EncodedItems.field(
                                        PodSandboxStatusResponse.STATUS_FIELD_NUMBER,
                                        List.of(sandboxStatuses.of(sandbox)))
                                .toBuilder()
                                .mergeFrom(EncodedItems.field(
                                        PodSandboxStatusResponse.CONTAINERS_STATUSES_FIELD_NUMBER,
                                        containerStatuses.of(runtime.containersOf(sandbox.id()))))
                                .build());
    }

    void listSandboxes(ListPodSandboxRequest request, StreamObserver<ListPodSandboxResponse> observer) {
        calls.atOnce(
                observer,
                () -> ListPodSandboxResponse.newBuilder()
                        .setUnknownFields(EncodedItems.field(
                                ListPodSandboxResponse.ITEMS_FIELD_NUMBER, sandboxes(request.getFilter())))
                        .build());
    }

    void streamSandboxes(StreamPodSandboxesRequest request, StreamObserver<StreamPodSandboxesResponse> observer) {
        calls.listAtOnce(
                observer,
                ByteString::size,
                page -> StreamPodSandboxesResponse.newBuilder()
                        .setUnknownFields(
                                EncodedItems.field(StreamPodSandboxesResponse.POD_SANDBOXES_FIELD_NUMBER, page))
                        .build(),
                () -> sandboxes(request.getFilter()));
    }

    private List<ByteString> sandboxes(PodSandboxFilter filter) {
        return sandboxItems.of(
                runtime.sandboxes().stream().filter(Filters.sandboxes(filter)).toList());
    }

    void containerStatus(ContainerStatusRequest request, StreamObserver<ContainerStatusResponse> observer) {
        if (request.getVerbose()) {
            calls.onThread("ContainerStatus", observer, () -> {
                Container container = container(request);
                return containerStatus(container)
                        .putAllInfo(runtime.containerInformation(container.id()))
                        .build();
            });
        } else {
            calls.atOnce(observer, () -> containerStatus(container(request)).build());
        }
    }

    private Container container(ContainerStatusRequest request) {
        return runtime.container(Require.text(request.getContainerId(), "container_id"));
    }

    private ContainerStatusResponse.Builder containerStatus(Container container) {
        return ContainerStatusResponse.newBuilder()
                .setUnknownFields(EncodedItems.field(
                        ContainerStatusResponse.STATUS_FIELD_NUMBER, List.of(containerStatuses.of(container))));
    }

    void listContainers(ListContainersRequest request, StreamObserver<ListContainersResponse> observer) {
        calls.atOnce(
                observer,
                () -> ListContainersResponse.newBuilder()
                        .setUnknownFields(EncodedItems.field(
                                ListContainersResponse.CONTAINERS_FIELD_NUMBER, containers(request.getFilter())))
                        .build());
    }

    void streamContainers(StreamContainersRequest request, StreamObserver<StreamContainersResponse> observer) {
        calls.listAtOnce(
                observer,
                ByteString::size,
                page -> StreamContainersResponse.newBuilder()
                        .setUnknownFields(EncodedItems.field(StreamContainersResponse.CONTAINERS_FIELD_NUMBER, page))
                        .build(),
                () -> containers(request.getFilter()));
    }

    private List<ByteString> containers(ContainerFilter filter) {
        return containerItems.of(
                runtime.containers().stream().filter(Filters.containers(filter)).toList());
    }
}
