package io.berth.imagefs.content;

import java.util.List;

/** An OCI index or a Docker manifest list: manifests for several platforms. */
public record ImageIndex(List<ContentDescriptor> manifests) implements ManifestDocument {
    public ImageIndex {
        manifests = List.copyOf(manifests);
    }
}
