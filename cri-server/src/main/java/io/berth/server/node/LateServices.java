package io.berth.server.node;

import io.berth.imagefs.ImageStore;
import io.grpc.HandlerRegistry;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import org.jspecify.annotations.Nullable;

/** Services that few ask for: made at the first call, so that the daemon's start does not pay for them. Any thread. */
public final class LateServices extends HandlerRegistry {
    private static final String PREFIX = "berth.v1.Node/";

    private final ImageStore images;
    private @Nullable ServerServiceDefinition node;

    public LateServices(ImageStore images) {
        this.images = images;
    }

    @Override
    public @Nullable ServerMethodDefinition<?, ?> lookupMethod(String method, @Nullable String authority) {
        return method.startsWith(PREFIX) ? node().getMethod(method) : null;
    }

    private synchronized ServerServiceDefinition node() {
        ServerServiceDefinition made = node;
        if (made == null) {
            made = new NodeService(images).bindService();
            node = made;
        }
        return made;
    }
}
