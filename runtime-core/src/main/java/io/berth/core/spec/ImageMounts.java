package io.berth.core.spec;

import io.berth.core.container.MountConfig;
import io.berth.core.container.MountPropagation;
import io.berth.core.error.BerthException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Images as volumes. In the specification each is an overlay without an upper directory: its source is the image's id,
 * its option {@code lowerdir} the layers, and {@code x-berth.sub-path} what of it is mounted.
 */
public final class ImageMounts {
    /** The type of such a mount in the specification. */
    public static final String TYPE = "overlay";

    private static final String LAYERS = "lowerdir=";
    private static final String PART = "x-berth.sub-path=";

    private ImageMounts() {}

    static OciMount mount(MountConfig mount, String destination, ImageVolume image, List<String> attributes) {
        if (!mount.hostPath().isEmpty()) {
            throw BerthException.invalidArgument(
                    "the mount on " + destination + " has an image and a host_path: they exclude each other");
        }
        if (mount.propagation() != MountPropagation.PRIVATE) {
            throw BerthException.invalidArgument(
                    "the mount on " + destination + " has an image: its propagation must be private");
        }
        List<String> options = new ArrayList<>(attributes);
        options.add(LAYERS
                + String.join(":", image.layers().stream().map(Path::toString).toList()));
        if (!mount.imageSubPath().isEmpty()) {
            options.add(PART + mount.imageSubPath());
        }
        return new OciMount(destination, TYPE, image.imageId(), options, List.of(), List.of());
    }

    /** The layers that a mount's file-system options name, the topmost first. */
    public static List<String> layers(List<String> options) {
        return options.stream()
                .filter(option -> option.startsWith(LAYERS))
                .flatMap(option -> List.of(option.substring(LAYERS.length()).split(":", -1)).stream())
                .toList();
    }

    /** The part that they name; empty: all. */
    public static String part(List<String> options) {
        return options.stream()
                .filter(option -> option.startsWith(PART))
                .map(option -> option.substring(PART.length()))
                .findFirst()
                .orElse("");
    }
}
