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
    private ImageDocumentParser() {}

    /**
     * Reads a configuration.
     *
     * @throws io.berth.imagefs.ImageException of kind INVALID_CONTENT
     */
    public static ImageDocument parse(byte[] json) {
        JsonNode root = BoundedJson.readObject(json, "image configuration");
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
