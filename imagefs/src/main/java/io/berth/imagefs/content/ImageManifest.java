package io.berth.imagefs.content;

import java.util.List;

/**
 * The manifest of an image for one platform.
 *
 * @param config its configuration
 * @param layers from the lowest to the topmost
 */
public record ImageManifest(ContentDescriptor config, List<ContentDescriptor> layers) implements ManifestDocument {
    public ImageManifest {
        layers = List.copyOf(layers);
    }
}
