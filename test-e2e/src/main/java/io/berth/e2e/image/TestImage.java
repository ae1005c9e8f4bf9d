package io.berth.e2e.image;

import com.google.protobuf.ByteString;
import java.util.List;

/** An image, ready to be pushed: the bytes of its manifest and configuration, and its layers. */
public record TestImage(ManifestFormat format, ByteString manifest, ByteString configuration, List<Layer> layers) {
    /** The manifest's digest: what a reference by digest names. */
    public String digest() {
        return Digests.of(manifest.toByteArray());
    }

    /** The configuration's digest: the image's ID. */
    public String id() {
        return Digests.of(configuration.toByteArray());
    }
}
