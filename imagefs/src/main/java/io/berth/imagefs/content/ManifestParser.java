package io.berth.imagefs.content;

import com.fasterxml.jackson.databind.JsonNode;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.Platform;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads manifests and indexes (OCI image specification, manifest.md and image-index.md; Docker schema 2). */
public final class ManifestParser {
    private static final int MOST_MANIFESTS = 1_000;
    /** Characters, names and values together. */
    private static final int MOST_ANNOTATIONS = 64 << 10;

    private final int mostLayers;
    private final int deepest;

    /** @param deepest nesting that is read */
    public ManifestParser(int mostLayers, int deepest) {
        this.mostLayers = mostLayers;
        this.deepest = deepest;
    }

    /**
     * Reads what a registry sent.
     *
     * @param announcedType media type by the HTTP header or the index, used where the document itself names none; may
     *     be empty
     * @throws ImageException of kind INVALID_CONTENT, LIMIT_EXCEEDED or UNSUPPORTED
     */
    public ManifestDocument parse(byte[] json, String announcedType) {
        JsonNode root = BoundedJson.readObject(json, "manifest", deepest);
        String type = BoundedJson.text(root, "mediaType");
        if (type.isEmpty()) {
            type = announcedType;
        }
        if (root.path("schemaVersion").asInt() == 1) {
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    "the image is in Docker's schema 1 format, which nothing makes any more: push it again");
        }
        boolean hasManifests = root.path("manifests").isArray();
        boolean hasConfig = root.path("config").isObject();
        if (hasManifests && (hasConfig || root.has("layers"))) {
            throw BoundedJson.invalid("manifest claims to be an index and an image at the same time", null);
        }
        if (MediaTypes.isIndex(type) || (!MediaTypes.isManifest(type) && hasManifests)) {
            return parseIndex(root);
        }
        if (MediaTypes.isManifest(type) || hasConfig) {
            return parseImage(root);
        }
        throw new ImageException(
                ImageException.Kind.UNSUPPORTED,
                "\"" + Texts.shortened(type) + "\" is neither an image manifest nor an index of them");
    }

    private ImageIndex parseIndex(JsonNode root) {
        JsonNode manifests = root.path("manifests");
        if (!manifests.isArray()) {
            throw BoundedJson.invalid("index without \"manifests\"", null);
        }
        if (manifests.size() > MOST_MANIFESTS) {
            throw limit("index with " + manifests.size() + " manifests; at most " + MOST_MANIFESTS + " are read");
        }
        List<ContentDescriptor> descriptors = new ArrayList<>();
        for (JsonNode node : manifests) {
            descriptors.add(descriptor(node, "index entry"));
        }
        return new ImageIndex(descriptors, annotations(root));
    }

    private ImageManifest parseImage(JsonNode root) {
        if (!root.path("config").isObject()) {
            throw BoundedJson.invalid("manifest without \"config\"", null);
        }
        ContentDescriptor config = descriptor(root.path("config"), "config");
        if (!MediaTypes.isConfig(config.mediaType())) {
            String artifact = BoundedJson.text(root, "artifactType");
            throw new ImageException(
                    ImageException.Kind.UNSUPPORTED,
                    "this is an artifact (" + Texts.shortened(artifact.isEmpty() ? config.mediaType() : artifact)
                            + ") and no container image");
        }
        JsonNode layers = root.path("layers");
        if (layers.size() > mostLayers) {
            throw limit("manifest with " + layers.size() + " layers; at most " + mostLayers + " can be mounted");
        }
        List<ContentDescriptor> descriptors = new ArrayList<>();
        for (JsonNode node : layers) {
            ContentDescriptor layer = descriptor(node, "layer " + (descriptors.size() + 1));
            try {
                MediaTypes.compression(layer.mediaType());
            } catch (ImageException e) {
                throw e.during("layer " + layer.digest());
            }
            descriptors.add(layer);
        }
        return new ImageManifest(config, descriptors, annotations(root));
    }

    /** Those that fit into what is kept of an image; the rest is left out. */
    private static Map<String, String> annotations(JsonNode root) {
        Map<String, String> kept = new LinkedHashMap<>();
        int room = MOST_ANNOTATIONS;
        for (Map.Entry<String, String> annotation :
                BoundedJson.textMap(root, "annotations").entrySet()) {
            room -= annotation.getKey().length() + annotation.getValue().length();
            if (room < 0) {
                break;
            }
            kept.put(annotation.getKey(), annotation.getValue());
        }
        return kept;
    }

    private static ContentDescriptor descriptor(JsonNode node, String what) {
        JsonNode size = node.path("size");
        if (!node.isObject() || !size.canConvertToLong() || !size.isIntegralNumber() || size.longValue() < 0) {
            throw BoundedJson.invalid(what + " in the manifest has no proper size", null);
        }
        Digest digest;
        try {
            digest = Digest.parse(BoundedJson.text(node, "digest"));
        } catch (ImageException e) {
            throw e.during(what + " in the manifest");
        }
        JsonNode annotations = node.path("annotations");
        String name = BoundedJson.text(annotations, "io.containerd.image.name");
        if (name.isEmpty()) {
            name = BoundedJson.text(annotations, "org.opencontainers.image.ref.name");
        }
        return new ContentDescriptor(
                BoundedJson.text(node, "mediaType"), digest, size.longValue(), platform(node.path("platform")), name);
    }

    private static @Nullable Platform platform(JsonNode node) {
        return node.isObject()
                ? new Platform(
                        BoundedJson.text(node, "os"),
                        BoundedJson.text(node, "architecture"),
                        BoundedJson.text(node, "variant"))
                : null;
    }

    private static ImageException limit(String message) {
        return new ImageException(ImageException.Kind.LIMIT_EXCEEDED, message);
    }
}
