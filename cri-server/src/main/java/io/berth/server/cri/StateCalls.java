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
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.proto.cri.v1.StreamContainersRequest;
import io.berth.proto.cri.v1.StreamContainersResponse;
import io.berth.proto.cri.v1.StreamPodSandboxesRequest;
import io.berth.proto.cri.v1.StreamPodSandboxesResponse;
import io.berth.server.cri.EncodedAnswer.Field;
import io.berth.server.cri.mapping.ContainerMapping;
import io.berth.server.cri.mapping.Filters;
import io.berth.server.cri.mapping.Require;
import io.berth.server.cri.mapping.SandboxMapping;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;

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

    /** The methods that are answered here. */
    EncodedMethods methods() {
        return new EncodedMethods()
                .unary(RuntimeServiceGrpc.getPodSandboxStatusMethod(), this::sandboxStatus)
                .unary(RuntimeServiceGrpc.getListPodSandboxMethod(), this::listSandboxes)
                .streaming(RuntimeServiceGrpc.getStreamPodSandboxesMethod(), this::streamSandboxes)
                .unary(RuntimeServiceGrpc.getContainerStatusMethod(), this::containerStatus)
                .unary(RuntimeServiceGrpc.getListContainersMethod(), this::listContainers)
                .streaming(RuntimeServiceGrpc.getStreamContainersMethod(), this::streamContainers);
    }

    private void sandboxStatus(PodSandboxStatusRequest request, StreamObserver<EncodedAnswer> observer) {
        if (request.getVerbose()) {
            calls.onThread("PodSandboxStatus", observer, () -> {
                Sandbox sandbox = sandbox(request);
                return sandboxStatus(sandbox, runtime.sandboxInformation(sandbox.id()));
            });
        } else {
            calls.atOnce(observer, () -> sandboxStatus(sandbox(request), Map.of()));
        }
    }

    private Sandbox sandbox(PodSandboxStatusRequest request) {
        return runtime.sandbox(Require.text(request.getPodSandboxId(), "pod_sandbox_id"));
    }

    private EncodedAnswer sandboxStatus(Sandbox sandbox, Map<String, String> information) {
        return EncodedAnswer.of(
                PodSandboxStatusResponse.newBuilder()
                        .setTimestamp(Timestamps.now())
                        .putAllInfo(information)
                        .build(),
                new Field(PodSandboxStatusResponse.STATUS_FIELD_NUMBER, List.of(sandboxStatuses.of(sandbox))),
                new Field(
                        PodSandboxStatusResponse.CONTAINERS_STATUSES_FIELD_NUMBER,
                        containerStatuses.of(runtime.containersOf(sandbox.id()))));
    }

    private void listSandboxes(ListPodSandboxRequest request, StreamObserver<EncodedAnswer> observer) {
        calls.atOnce(
                observer,
                () -> EncodedAnswer.of(
                        ListPodSandboxResponse.getDefaultInstance(),
                        new Field(ListPodSandboxResponse.ITEMS_FIELD_NUMBER, sandboxes(request.getFilter()))));
    }

    private void streamSandboxes(StreamPodSandboxesRequest request, StreamObserver<EncodedAnswer> observer) {
        calls.listAtOnce(
                observer,
                ByteString::size,
                page -> EncodedAnswer.of(
                        StreamPodSandboxesResponse.getDefaultInstance(),
                        new Field(StreamPodSandboxesResponse.POD_SANDBOXES_FIELD_NUMBER, page)),
                () -> sandboxes(request.getFilter()));
    }

    private List<ByteString> sandboxes(PodSandboxFilter filter) {
        return sandboxItems.of(
                runtime.sandboxes().stream().filter(Filters.sandboxes(filter)).toList());
    }

    private void containerStatus(ContainerStatusRequest request, StreamObserver<EncodedAnswer> observer) {
        if (request.getVerbose()) {
            calls.onThread("ContainerStatus", observer, () -> {
                Container container = container(request);
                return containerStatus(container, runtime.containerInformation(container.id()));
            });
        } else {
            calls.atOnce(observer, () -> containerStatus(container(request), Map.of()));
        }
    }

    private Container container(ContainerStatusRequest request) {
        return runtime.container(Require.text(request.getContainerId(), "container_id"));
    }

    private EncodedAnswer containerStatus(Container container, Map<String, String> information) {
        return EncodedAnswer.of(
                ContainerStatusResponse.newBuilder().putAllInfo(information).build(),
                new Field(ContainerStatusResponse.STATUS_FIELD_NUMBER, List.of(containerStatuses.of(container))));
    }

    private void listContainers(ListContainersRequest request, StreamObserver<EncodedAnswer> observer) {
        calls.atOnce(
                observer,
                () -> EncodedAnswer.of(
                        ListContainersResponse.getDefaultInstance(),
                        new Field(ListContainersResponse.CONTAINERS_FIELD_NUMBER, containers(request.getFilter()))));
    }

    private void streamContainers(StreamContainersRequest request, StreamObserver<EncodedAnswer> observer) {
        calls.listAtOnce(
                observer,
                ByteString::size,
                page -> EncodedAnswer.of(
                        StreamContainersResponse.getDefaultInstance(),
                        new Field(StreamContainersResponse.CONTAINERS_FIELD_NUMBER, page)),
                () -> containers(request.getFilter()));
    }

    private List<ByteString> containers(ContainerFilter filter) {
        return containerItems.of(
                runtime.containers().stream().filter(Filters.containers(filter)).toList());
    }
}
