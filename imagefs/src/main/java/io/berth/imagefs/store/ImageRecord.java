package io.berth.imagefs.store;

import java.util.List;

/**
 * An image to be recorded.
 *
 * @param id {@code sha256:…} of its configuration
 * @param configJson the configuration as it came
 * @param annotations of index and manifest (JSON); empty where there are none
 * @param layerIds from the lowest to the topmost
 * @param tags full references
 * @param digests full references
 * @param createdAt nanoseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record ImageRecord(
        String id,
        String chainId,
        byte[] configJson,
        String annotations,
        List<Long> layerIds,
        List<String> tags,
        List<String> digests,
        long createdAt) {
    public ImageRecord {
        layerIds = List.copyOf(layerIds);
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
    }
}
