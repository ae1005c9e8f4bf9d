package io.berth.imagefs.content;

import java.util.List;
import java.util.Map;

/**
 * The manifest of an image for one platform.
 *
 * @param config its configuration
 * @param layers from the lowest to the topmost
 * @param annotations what its author says of it, as far as it is kept
 */
public record ImageManifest(ContentDescriptor config, List<ContentDescriptor> layers, Map<String, String> annotations)
        implements ManifestDocument {
    public ImageManifest {
        layers = List.copyOf(layers);
        annotations = Map.copyOf(annotations);
    }
}
