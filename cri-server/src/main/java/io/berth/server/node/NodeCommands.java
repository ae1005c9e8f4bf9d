package io.berth.server.node;

import io.berth.proto.v1.GetImageTreeRequest;
import io.berth.proto.v1.ListPullsRequest;
import io.berth.proto.v1.NodeGrpc;
import io.berth.server.client.UnixClient;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a running daemon. */
public final class NodeCommands {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Path socket;

    public NodeCommands(Path socket) {
        this.socket = socket;
    }

    /** A daemon that cannot be asked; the message is for a person. */
    public static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The pulls under way, as a table. */
    public String pulls() {
        return PullTable.of(ask(NodeGrpc.getListPullsMethod(), ListPullsRequest.getDefaultInstance())
                .getPullsList());
    }

    /** Images above the layers that they stand on. */
    public String imageTree() {
        return ImageTree.of(ask(NodeGrpc.getGetImageTreeMethod(), GetImageTreeRequest.getDefaultInstance()));
    }

    private <Q, R> R ask(MethodDescriptor<Q, R> method, Q request) {
        UnixClient client;
        try {
            client = UnixClient.connect(socket);
        } catch (IOException e) {
            throw new Failure(
                    "no daemon answers at " + socket + " (" + e.getMessage()
                            + "): is it running, and is this its configuration (--config)?",
                    e);
        }
        try (client) {
            Thread.ofPlatform().daemon().name("deadline").start(() -> closeLater(client));
            return client.call(method, request);
        } catch (IOException e) {
            throw new Failure("the daemon at " + socket + " gives no answer: " + e.getMessage(), e);
        }
    }

    private static void closeLater(UnixClient client) {
        try {
            Thread.sleep(DEADLINE);
            client.close();
        } catch (InterruptedException | IOException _) {
            // the process ends, or the connection has
        }
    }
}
