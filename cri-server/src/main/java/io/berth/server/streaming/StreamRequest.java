package io.berth.server.streaming;

import io.berth.core.stream.StandardStreams;
import java.util.List;

/** What a token stands for: a request that was checked and is carried out when its client connects. */
public sealed interface StreamRequest {
    /** The first part of its URL's path. */
    String path();

    /** A command in a container. */
    record Exec(String containerId, List<String> command, StandardStreams streams) implements StreamRequest {
        @Override
        public String path() {
            return "exec";
        }
    }

    /** A container's own streams. */
    record Attach(String containerId, StandardStreams streams) implements StreamRequest {
        @Override
        public String path() {
            return "attach";
        }
    }

    /**
     * Ports of a pod.
     *
     * @param ports those that a client which cannot name them gets; may be empty
     */
    record Forward(String sandboxId, List<Integer> ports) implements StreamRequest {
        @Override
        public String path() {
            return "portforward";
        }
    }
}
