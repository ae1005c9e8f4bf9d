package io.berth.imagefs.store;

import java.util.List;

/**
 * An image as it is held in memory: without its documents, which are a stranger's and may be large.
 *
 * @param <C> what its configuration is read into
 * @param id {@code sha256:…} of its configuration
 * @param config its configuration, read
 * @param configBytes size of the configuration as it came
 * @param layerIds from the lowest to the topmost
 * @param tags full references
 * @param digests full references
 * @param createdAt nanoseconds since the epoch
 */
public record StoredImage<C>(
        String id,
        String chainId,
        C config,
        int configBytes,
        List<Long> layerIds,
        List<String> tags,
        List<String> digests,
        long createdAt) {
    public StoredImage {
        layerIds = List.copyOf(layerIds);
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
    }
}
