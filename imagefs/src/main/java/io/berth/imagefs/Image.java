package io.berth.imagefs;

import java.util.List;

/**
 * An image of this node, wholly there and durable.
 *
 * @param id digest of its configuration, {@code sha256:…}
 * @param tags full references by tag, such as {@code docker.io/library/busybox:latest}
 * @param digests full references by manifest digest, such as {@code docker.io/library/busybox@sha256:…}
 * @param size bytes on disk of its layers (shared ones counted in full) and configuration
 * @param config what it says about running it
 * @param chainId chain ID of its layers as the OCI image specification defines it; empty where it has no layers
 * @param pinned not to be removed by the node's garbage collection
 * @param createdAt when the record was made on this node, nanoseconds since the epoch
 */
public record Image(
        String id,
        List<String> tags,
        List<String> digests,
        long size,
        ImageConfig config,
        String chainId,
        boolean pinned,
        long createdAt) {
    public Image {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
    }
}
