package io.berth.network;

import java.util.List;

/**
 * What a pod asks of its network.
 *
 * @param sandboxId the sandbox, as the core names it (64 hexadecimal characters)
 * @param netnsPath a path that opens the pod's network namespace, for example {@code /proc/PID/ns/net}
 * @param ports host ports to publish
 */
public record NetworkRequest(String sandboxId, String netnsPath, List<PortMapping> ports) {

    public NetworkRequest {
        ports = List.copyOf(ports);
    }

    /** A pod without host ports. */
    public NetworkRequest(String sandboxId, String netnsPath) {
        this(sandboxId, netnsPath, List.of());
    }
}
