package io.berth.imagefs.content;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.imagefs.ImageConfig;
import io.berth.imagefs.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Reads image configurations (OCI image specification, config.md; Docker's is the same where it matters). */
public final class ImageDocumentParser {
    /** The setting's maximum. */
    private static final int DEEPEST = 1_000;

    private ImageDocumentParser() {}

    /** As {@link #parse(byte[], int)}, of one that was taken before, whatever the limit was then. */
    public static ImageDocument parse(byte[] json) {
        return parse(json, DEEPEST);
    }

    /**
     * Reads a configuration.
     *
     * @param deepest nesting that is read
     * @throws io.berth.imagefs.ImageException of kind INVALID_CONTENT or LIMIT_EXCEEDED
     */
    public static ImageDocument parse(byte[] json, int deepest) {
        JsonNode root = BoundedJson.readObject(json, "image configuration", deepest);
        JsonNode config = root.path("config");
        ImageConfig image = new ImageConfig(
                BoundedJson.text(config, "User"),
                BoundedJson.texts(config, "Env"),
                BoundedJson.texts(config, "Entrypoint"),
                BoundedJson.texts(config, "Cmd"),
                BoundedJson.text(config, "WorkingDir"),
                keys(config.path("Volumes")),
                keys(config.path("ExposedPorts")),
                BoundedJson.text(config, "StopSignal"),
                new Platform(
                        BoundedJson.text(root, "os"),
                        BoundedJson.text(root, "architecture"),
                        BoundedJson.text(root, "variant")),
                BoundedJson.text(root, "created"));
        List<Digest> diffIds = new ArrayList<>();
        for (String diffId : BoundedJson.texts(root.path("rootfs"), "diff_ids")) {
            diffIds.add(Digest.parse(diffId));
        }
        return new ImageDocument(image, diffIds);
    }

    private static Set<String> keys(JsonNode node) {
        Set<String> keys = new TreeSet<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
