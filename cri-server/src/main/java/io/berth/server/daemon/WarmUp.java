package io.berth.server.daemon;

import io.berth.proto.cri.v1.ImageServiceGrpc;
import io.berth.proto.cri.v1.ListContainersRequest;
import io.berth.proto.cri.v1.ListImagesRequest;
import io.berth.proto.cri.v1.ListPodSandboxRequest;
import io.berth.proto.cri.v1.RuntimeServiceGrpc;
import io.berth.proto.cri.v1.StatusRequest;
import io.berth.proto.cri.v1.VersionRequest;
import io.berth.server.client.UnixClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the daemon's own socket: once before it says that it is ready, which shows that it answers, and then what a
 * kubelet calls first, since each kind of call loads classes the first time.
 */
final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private WarmUp() {}

    /** The one call that comes before the socket has its name. */
    static void answer(Path socket) throws IOException {
        try (UnixClient client = UnixClient.connect(socket)) {
            client.call(RuntimeServiceGrpc.getVersionMethod(), VersionRequest.getDefaultInstance());
        }
    }

    /**
     * The others, in the background, a moment later: those who have waited for the daemon have the processors first.
     *
     * @param then what is to be done after them, on the same thread
     */
    static void goOn(Path socket, Runnable then) {
        Thread.ofPlatform().daemon().name("warm-up").start(() -> {
            LockSupport.parkNanos(PAUSE.toNanos());
            call(socket);
            then.run();
        });
    }

    private static void call(Path socket) {
        try (UnixClient client = UnixClient.connect(socket)) {
            client.call(RuntimeServiceGrpc.getStatusMethod(), StatusRequest.getDefaultInstance());
            client.call(RuntimeServiceGrpc.getListPodSandboxMethod(), ListPodSandboxRequest.getDefaultInstance());
            client.call(RuntimeServiceGrpc.getListContainersMethod(), ListContainersRequest.getDefaultInstance());
            client.call(ImageServiceGrpc.getListImagesMethod(), ListImagesRequest.getDefaultInstance());
        } catch (IOException failure) {
            LOG.debug("Calls to the daemon's own socket ended early: {}", failure.toString());
        }
    }
}
