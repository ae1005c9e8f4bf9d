package io.berth.server.node;

import io.berth.imagefs.ImageGraph;
import io.berth.imagefs.ImageStore;
import io.berth.imagefs.RunningPull;
import io.berth.proto.v1.GetImageTreeRequest;
import io.berth.proto.v1.GetImageTreeResponse;
import io.berth.proto.v1.ListPullsRequest;
import io.berth.proto.v1.ListPullsResponse;
import io.berth.proto.v1.NodeGrpc.NodeImplBase;
import io.berth.proto.v1.Pull;
import io.berth.proto.v1.TreeImage;
import io.berth.proto.v1.TreeLayer;
import io.berth.server.error.StatusMapper;
import io.grpc.stub.StreamObserver;
import java.util.function.Supplier;

/** Berth's own service beside the CRI. Answers on the transport's thread: all of it is in memory. */
final class NodeService extends NodeImplBase {
    private final ImageStore images;

    NodeService(ImageStore images) {
        this.images = images;
    }

    @Override
    public void listPulls(ListPullsRequest request, StreamObserver<ListPullsResponse> observer) {
        answer(observer, () -> {
            ListPullsResponse.Builder response = ListPullsResponse.newBuilder();
            images.runningPulls().forEach(pull -> response.addPulls(toProto(pull)));
            return response.build();
        });
    }

    @Override
    public void getImageTree(GetImageTreeRequest request, StreamObserver<GetImageTreeResponse> observer) {
        answer(observer, () -> toProto(images.graph()));
    }

    private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
        try {
            observer.onNext(answer.get());
            observer.onCompleted();
        } catch (RuntimeException | Error e) {
            observer.onError(StatusMapper.toStatus(e));
        }
    }

    private static Pull toProto(RunningPull pull) {
        return Pull.newBuilder()
                .setReference(pull.reference())
                .setLayers(pull.layers())
                .setLayersDone(pull.layersDone())
                .setBytes(pull.bytes())
                .setBytesDone(pull.bytesDone())
                .setBytesPerSecond(pull.bytesPerSecond())
                .setAgeNanoseconds(pull.nanoseconds())
                .setCallers(pull.callers())
                .build();
    }

    private static GetImageTreeResponse toProto(ImageGraph graph) {
        GetImageTreeResponse.Builder response = GetImageTreeResponse.newBuilder();
        for (ImageGraph.Layer layer : graph.layers().values()) {
            String parent = layer.parent();
            response.addLayers(TreeLayer.newBuilder()
                    .setChainId(layer.chainId())
                    .setParentChainId(parent == null ? "" : parent)
                    .setDiffId(layer.diffId().toString())
                    .setBytes(layer.usage().bytes())
                    .setImages(layer.images().size()));
        }
        for (ImageGraph.Leaf leaf : graph.images()) {
            String top = leaf.top();
            response.addImages(TreeImage.newBuilder()
                    .setId(leaf.image().id())
                    .addAllTags(leaf.image().tags())
                    .addAllDigests(leaf.image().digests())
                    .setBytes(leaf.image().size())
                    .setTopChainId(top == null ? "" : top)
                    .setSnapshots(leaf.snapshots().size())
                    .setPinned(leaf.image().pinned()));
        }
        return response.build();
    }
}
