package io.berth.imagefs.content;

import java.util.List;
import java.util.Map;

/**
 * An OCI index or a Docker manifest list: manifests for several platforms.
 *
 * @param annotations what its author says of it, as far as it is kept
 */
public record ImageIndex(List<ContentDescriptor> manifests, Map<String, String> annotations)
        implements ManifestDocument {
    public ImageIndex {
        manifests = List.copyOf(manifests);
        annotations = Map.copyOf(annotations);
    }

    /** An index of which nothing more is said. */
    public ImageIndex(List<ContentDescriptor> manifests) {
        this(manifests, Map.of());
    }
}
