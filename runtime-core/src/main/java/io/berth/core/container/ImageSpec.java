package io.berth.core.container;

import io.berth.core.Immutable;
import java.util.Map;

/**
 * An image as the caller names it.
 *
 * @param image an id, a tag or a digest reference
 * @param userSpecifiedImage what the user had written; given back as it came
 */
public record ImageSpec(
        String image,
        Map<String, String> annotations,
        String userSpecifiedImage,
        String runtimeHandler,
        String imageReference) {
    public ImageSpec {
        image = Immutable.text(image);
        annotations = Immutable.map(annotations);
        userSpecifiedImage = Immutable.text(userSpecifiedImage);
        runtimeHandler = Immutable.text(runtimeHandler);
        imageReference = Immutable.text(imageReference);
    }

    public static ImageSpec of(String image) {
        return new ImageSpec(image, Map.of(), "", "", "");
    }

    /** The same with what a pull of it answers. */
    public ImageSpec withReference(String reference) {
        return new ImageSpec(image, annotations, userSpecifiedImage, runtimeHandler, reference);
    }
}
