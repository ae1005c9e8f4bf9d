package io.berth.imagefs.testing;

import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.MediaTypes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An image in memory: its manifest, and blobs by digest. */
public final class TestImage {
    private final Map<String, byte[]> blobs = new HashMap<>();
    private final List<String> layers = new ArrayList<>();
    private final List<String> diffIds = new ArrayList<>();
    private String config = "{}";
    private String architecture = "amd64";

    public TestImage() {
        architecture = io.berth.imagefs.Platform.host().architecture();
    }

    /** Adds a gzip layer. */
    public TestImage layer(TarBuilder tar) {
        byte[] plain = tar.build();
        return layer(plain, TarBuilder.gzip(plain), "application/vnd.oci.image.layer.v1.tar+gzip");
    }

    public TestImage layer(byte[] plain, byte[] packed, String mediaType) {
        return layer(Digest.of(plain).toString(), packed, mediaType);
    }

    public TestImage layer(String diffId, byte[] packed, String mediaType) {
        diffIds.add(diffId);
        layers.add(descriptor(mediaType, packed));
        return this;
    }

    /** Adds a layer as the manifest claims it to be. */
    public TestImage claimedLayer(String diffId, String descriptor) {
        diffIds.add(diffId);
        layers.add(descriptor);
        return this;
    }

    /** The {@code config} object of the configuration. */
    public TestImage config(String json) {
        config = json;
        return this;
    }

    public TestImage architecture(String name) {
        architecture = name;
        return this;
    }

    public byte[] configuration() {
        return ("{\"architecture\":\"" + architecture + "\",\"os\":\"linux\",\"config\":" + config
                        + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":["
                        + diffIds.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(",")) + "]}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    public String id() {
        return Digest.of(configuration()).toString();
    }

    public byte[] manifest() {
        return ("{\"schemaVersion\":2,\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"config\":"
                        + descriptor(MediaTypes.OCI_CONFIG, configuration()) + ",\"layers\":["
                        + String.join(",", layers) + "]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    public String digest() {
        return Digest.of(manifest()).toString();
    }

    /** All blobs, the configuration among them. */
    public Map<String, byte[]> blobs() {
        manifest();
        return blobs;
    }

    /** A descriptor of content, which becomes a blob. */
    public String descriptor(String mediaType, byte[] content) {
        String digest = Digest.of(content).toString();
        blobs.put(digest, content);
        return descriptor(mediaType, digest, content.length);
    }

    public static String descriptor(String mediaType, String digest, long size) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    /** An OCI image layout in a tar. */
    public byte[] archive(String name) {
        TarBuilder tar = new TarBuilder();
        tar.file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        tar.file(
                "index.json",
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"" + MediaTypes.OCI_MANIFEST + "\",\"digest\":\""
                        + digest() + "\",\"size\":" + manifest().length
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + name + "\"}}]}");
        tar.file("blobs/" + digest().replace(':', '/'), manifest(), entry -> {});
        blobs().forEach((digest, content) -> tar.file("blobs/" + digest.replace(':', '/'), content, entry -> {}));
        return tar.build();
    }
}
