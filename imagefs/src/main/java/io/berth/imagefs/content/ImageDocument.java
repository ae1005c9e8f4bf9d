package io.berth.imagefs.content;

import io.berth.imagefs.ImageConfig;
import java.util.List;

/**
 * An image's configuration document, read.
 *
 * @param config what running it needs
 * @param diffIds digest of each layer's uncompressed tar, from the lowest to the topmost
 */
public record ImageDocument(ImageConfig config, List<Digest> diffIds) {
    public ImageDocument {
        diffIds = List.copyOf(diffIds);
    }
}
