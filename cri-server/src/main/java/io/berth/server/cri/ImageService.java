package io.berth.server.cri;

import io.berth.imagefs.Image;
import io.berth.imagefs.ImageStore;
import io.berth.imagefs.PulledImage;
import io.berth.proto.cri.v1.FilesystemUsage;
import io.berth.proto.cri.v1.ImageFsInfoRequest;
import io.berth.proto.cri.v1.ImageFsInfoResponse;
import io.berth.proto.cri.v1.ImageServiceGrpc.ImageServiceImplBase;
import io.berth.proto.cri.v1.ImageStatusRequest;
import io.berth.proto.cri.v1.ImageStatusResponse;
import io.berth.proto.cri.v1.ListImagesRequest;
import io.berth.proto.cri.v1.ListImagesResponse;
import io.berth.proto.cri.v1.PullImageRequest;
import io.berth.proto.cri.v1.PullImageResponse;
import io.berth.proto.cri.v1.RemoveImageRequest;
import io.berth.proto.cri.v1.RemoveImageResponse;
import io.berth.proto.cri.v1.StreamImagesRequest;
import io.berth.proto.cri.v1.StreamImagesResponse;
import io.berth.server.cri.mapping.ImageMapping;
import io.berth.server.cri.mapping.Require;
import io.berth.server.logging.Fields;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;

/** The CRI's ImageService over the image store. */
public final class ImageService extends ImageServiceImplBase {
    private static final String IMAGE = "image.image";

    private final ImageStore store;
    private final Calls calls;

    public ImageService(ImageStore store, RpcExecutor executor) {
        this.store = store;
        this.calls = new Calls(executor);
    }

    @Override
    public void listImages(ListImagesRequest request, StreamObserver<ListImagesResponse> observer) {
        calls.atOnce(
                observer,
                () -> ListImagesResponse.newBuilder()
                        .addAllImages(images(request.getFilter().getImage().getImage()))
                        .build());
    }

    @Override
    public void streamImages(StreamImagesRequest request, StreamObserver<StreamImagesResponse> observer) {
        calls.listAtOnce(
                observer,
                io.berth.proto.cri.v1.Image::getSerializedSize,
                page -> StreamImagesResponse.newBuilder().addAllImages(page).build(),
                () -> images(request.getFilter().getImage().getImage()));
    }

    private List<io.berth.proto.cri.v1.Image> images(String wanted) {
        List<Image> images =
                wanted.isEmpty() ? store.list() : store.find(wanted).stream().toList();
        return images.stream().map(ImageMapping::toCri).toList();
    }

    @Override
    public void imageStatus(ImageStatusRequest request, StreamObserver<ImageStatusResponse> observer) {
        if (request.getVerbose()) {
            calls.onThread("ImageStatus", observer, () -> imageStatus(request));
        } else {
            calls.atOnce(observer, () -> imageStatus(request));
        }
    }

    private ImageStatusResponse imageStatus(ImageStatusRequest request) {
        ImageStatusResponse.Builder builder = ImageStatusResponse.newBuilder();
        Optional<Image> found = store.find(Require.text(request.getImage().getImage(), IMAGE));
        if (found.isPresent()) {
            Image image = found.get();
            builder.setImage(ImageMapping.toCri(image));
            if (request.getVerbose()) {
                String annotations = store.annotationsJson(image.id());
                builder.putInfo(
                        "info",
                        "{\"chainID\":\"" + image.chainId()
                                + (annotations.isEmpty() ? "\"" : "\",\"annotations\":" + annotations)
                                + ",\"imageSpec\":" + store.configJson(image.id()) + "}");
            }
        }
        return builder.build();
    }

    @Override
    public void pullImage(PullImageRequest request, StreamObserver<PullImageResponse> observer) {
        calls.onInterruptedThread("PullImage", observer, () -> {
            String reference = Require.text(request.getImage().getImage(), IMAGE);
            Fields.image(reference);
            PulledImage pulled = store.pull(reference, ImageMapping.credentials(request.getAuth()));
            return PullImageResponse.newBuilder()
                    .setImageRef(pulled.image().id())
                    .build();
        });
    }

    @Override
    public void removeImage(RemoveImageRequest request, StreamObserver<RemoveImageResponse> observer) {
        calls.onThread("RemoveImage", observer, () -> {
            String wanted = Require.text(request.getImage().getImage(), IMAGE);
            Fields.image(wanted);
            // By its id, since the CRI removes an image and not a name of it.
            store.find(wanted).ifPresent(image -> store.remove(image.id()));
            return RemoveImageResponse.getDefaultInstance();
        });
    }

    @Override
    public void imageFsInfo(ImageFsInfoRequest request, StreamObserver<ImageFsInfoResponse> observer) {
        calls.onThread("ImageFsInfo", observer, () -> {
            FilesystemUsage usage = ImageMapping.toCri(store.usage());
            // Layers and writable layers share one file system: the kubelet wants it named in both places.
            return ImageFsInfoResponse.newBuilder()
                    .addImageFilesystems(usage)
                    .addContainerFilesystems(usage)
                    .build();
        });
    }
}
