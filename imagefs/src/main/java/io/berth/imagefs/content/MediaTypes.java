package io.berth.imagefs.content;

import io.berth.imagefs.ImageException;
import java.util.Set;

/** The media types of images: OCI image specification (media-types.md) and Docker schema 2. */
public final class MediaTypes {
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    public static final String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";

    /** What a client says it takes when it asks for a manifest. */
    public static final String ACCEPTED_MANIFESTS =
            String.join(", ", OCI_INDEX, DOCKER_INDEX, OCI_MANIFEST, DOCKER_MANIFEST);

    private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_INDEX);
    private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
    /** The last two come from old tools, for Docker images all the same. */
    private static final Set<String> CONFIGS =
            Set.of(OCI_CONFIG, DOCKER_CONFIG, "application/octet-stream", "application/json");

    private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";
    private static final String DOCKER_FOREIGN_LAYER = "application/vnd.docker.image.rootfs.foreign.diff.tar";
    private static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";
    private static final String OCI_FOREIGN_LAYER = "application/vnd.oci.image.layer.nondistributable.v1.tar";

    private MediaTypes() {}

    public static boolean isIndex(String mediaType) {
        return INDEXES.contains(mediaType);
    }

    public static boolean isManifest(String mediaType) {
        return MANIFESTS.contains(mediaType);
    }

    public static boolean isConfig(String mediaType) {
        return CONFIGS.contains(mediaType);
    }

    /** Whether a layer of this type may be missing at the registry: who made it lets nobody hand it on. */
    public static boolean isForeign(String mediaType) {
        return mediaType.startsWith(OCI_FOREIGN_LAYER) || mediaType.startsWith(DOCKER_FOREIGN_LAYER);
    }

    /** How a layer of this type is packed. What its first bytes say wins over this: some tools get the type wrong. */
    public static Compression compression(String mediaType) {
        return switch (mediaType) {
            case DOCKER_LAYER, OCI_LAYER, OCI_FOREIGN_LAYER, DOCKER_FOREIGN_LAYER -> Compression.NONE;
            case DOCKER_LAYER + ".gzip",
                    OCI_LAYER + "+gzip",
                    OCI_FOREIGN_LAYER + "+gzip",
                    DOCKER_FOREIGN_LAYER + ".gzip" -> Compression.GZIP;
            case DOCKER_LAYER + ".zstd", OCI_LAYER + "+zstd", OCI_FOREIGN_LAYER + "+zstd" -> Compression.ZSTD;
            default ->
                throw new ImageException(
                        ImageException.Kind.UNSUPPORTED,
                        "layer media type \"" + Texts.shortened(mediaType)
                                + "\" is not one of a file system layer (an artifact rather than an image?)");
        };
    }

    /** How a layer is packed. */
    public enum Compression {
        NONE,
        GZIP,
        ZSTD
    }
}
