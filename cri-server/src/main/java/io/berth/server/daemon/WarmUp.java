package io.berth.server.daemon;

import io.berth.proto.cri.v1.ImageServiceGrpc;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListImagesRequest;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.proto.cri.v1.StatusRequest;
import io.berth.proto.cri.v1.VersionRequest;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Calls the daemon's own socket before it says that it is ready: that shows that it answers, and the first calls load
 * classes for a tenth of a second.
 */
final class WarmUp {
    private WarmUp() {}

    static void call(Path socket) throws IOException {
        try (SelfClient client = SelfClient.connect(socket)) {
            client.call(RuntimeServiceGrpc.getVersionMethod(), VersionRequest.getDefaultInstance());
            client.call(RuntimeServiceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance());
            client.call(RuntimeServiceGrpc.getListPodSandboxMethod(), ListPodSandboxRequest.getDefaultInstance());
            client.call(RuntimeServiceGrpc.getListContainersMethod(), ListContainersRequest.getDefaultInstance());
            client.call(ImageServiceGrpc.getListImagesMethod(), ListImagesRequest.getDefaultInstance());
        }
    }
}
