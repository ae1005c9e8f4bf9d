package io.berth.core.spec;

import io.berth.core.Immutable;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of an image, to be mounted.
 *
 * @param imageId sha256:…
 * @param layers their directories, the topmost first, kept on disk as long as the container is there
 */
public record ImageVolume(String imageId, List<Path> layers) {
    public ImageVolume {
        layers = Immutable.list(layers);
    }
}
