package io.berth.core.nri;

import com.google.protobuf.InvalidProtocolBufferException;
import io.berth.core.nri.wire.ConnectionListener;
import io.berth.core.nri.wire.PluginConnection;
import io.berth.core.nri.wire.PluginError;
import io.berth.proto.nri.v1alpha1.Empty;
import io.berth.proto.nri.v1alpha1.RegisterPluginRequest;
import io.berth.proto.nri.v1alpha1.UpdateContainersRequest;
import io.berth.proto.ttrpc.Request;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One plugin's side of the conversation: its registration, and the changes that it asks for by itself. */
final class PluginSession implements ConnectionListener {
    private static final Logger LOGGER = LoggerFactory.getLogger(PluginSession.class);
    private static final String SERVICE = "nri.pkg.api.v1alpha1.Runtime";

    private final PluginService service;
    private final @Nullable LaunchedPlugin launched;
    private final CompletableFuture<Void> settled = new CompletableFuture<>();
    private volatile @Nullable PluginName name;

    /** @param launched the process, when the daemon started it: then its name is what its file's is */
    PluginSession(PluginService service, @Nullable LaunchedPlugin launched) {
        this.service = service;
        this.launched = launched;
    }

    /** Completed when it has joined, or will not. */
    CompletableFuture<Void> settled() {
        return settled;
    }

    @Override
    public void requested(PluginConnection connection, int stream, Request request) {
        try {
            if (!request.getService().equals(SERVICE)) {
                refuseUnknown(connection, stream, request);
                return;
            }
            switch (request.getMethod()) {
                case "RegisterPlugin" ->
                    register(connection, stream, RegisterPluginRequest.parseFrom(request.getPayload()));
                case "UpdateContainers" ->
                    update(connection, stream, UpdateContainersRequest.parseFrom(request.getPayload()));
                default -> refuseUnknown(connection, stream, request);
            }
        } catch (InvalidProtocolBufferException malformed) {
            connection.refuse(
                    stream, PluginError.INVALID_ARGUMENT, request.getMethod() + ": " + malformed.getMessage());
        }
    }

    private static void refuseUnknown(PluginConnection connection, int stream, Request request) {
        connection.refuse(
                stream,
                PluginError.UNIMPLEMENTED,
                "there is no " + request.getService() + "/" + request.getMethod() + " here");
    }

    private void register(PluginConnection connection, int stream, RegisterPluginRequest request) {
        PluginName registering = launched == null
                ? new PluginName(request.getPluginIdx(), request.getPluginName())
                : launched.installed().name();
        String problem = registering.problem();
        if (problem != null) {
            connection.refuse(stream, PluginError.INVALID_ARGUMENT, problem);
            return;
        }
        if (name != null) {
            connection.refuse(
                    stream, PluginError.FAILED_PRECONDITION, "this connection is registered as " + name + " already");
            return;
        }
        name = registering;
        connection.registered();
        LOGGER.info("The NRI plugin {} registers (NRI version \"{}\")", registering, request.getNRIVersion());
        connection.reply(stream, Empty.getDefaultInstance());
        service.join(
                connection,
                registering,
                launched == null ? "" : launched.installed().config(),
                settled);
    }

    private void update(PluginConnection connection, int stream, UpdateContainersRequest request) {
        PluginName asking = name;
        if (asking == null) {
            connection.refuse(stream, PluginError.FAILED_PRECONDITION, "UpdateContainers before RegisterPlugin");
        } else {
            service.update(connection, stream, asking, request);
        }
    }

    @Override
    public void ended(PluginConnection connection, String reason) {
        service.leave(connection);
        settled.complete(null);
        PluginName known = launched == null ? name : launched.installed().name();
        LOGGER.warn("The NRI plugin {} is gone: {}", known == null ? "(never registered)" : known, reason);
        if (launched != null) {
            service.end(launched);
        }
    }
}
