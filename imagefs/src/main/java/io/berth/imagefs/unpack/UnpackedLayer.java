package io.berth.imagefs.unpack;

import io.berth.imagefs.Usage;
import java.util.List;

/**
 * What came of unpacking a layer.
 *
 * @param usage blocks and inodes on disk
 * @param opaqueRoot whether the layer hides everything below it
 * @param impliedDirectories directories that no entry describes: they exist because something lies in them. The root is
 *     the empty text
 */
public record UnpackedLayer(Usage usage, boolean opaqueRoot, List<String> impliedDirectories) {
    public UnpackedLayer {
        impliedDirectories = List.copyOf(impliedDirectories);
    }
}
