package io.berth.core.sandbox;

import io.berth.core.Immutable;
import java.util.List;

/**
 * What is known of a sandbox at one moment; immutable.
 *
 * @param id 64 hexadecimal characters
 * @param createdAt nanoseconds since the epoch
 * @param addresses the pod's own addresses, the primary one first; empty for host-network pods
 * @param networkNamespace a path that holds the namespace while the shim lives; empty for the host's
 * @param cgroupParent the cgroup of the pod, relative to the cgroup2 root, with a leading slash
 * @param shimPid 0 when there is no shim
 */
public record Sandbox(
        String id,
        SandboxConfig config,
        String runtimeHandler,
        SandboxState state,
        long createdAt,
        List<String> addresses,
        String networkNamespace,
        String cgroupParent,
        int shimPid) {
    public Sandbox {
        runtimeHandler = Immutable.text(runtimeHandler);
        addresses = Immutable.list(addresses);
        networkNamespace = Immutable.text(networkNamespace);
    }
}
