package io.berth.e2e.image;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Builds an image from layers and the settings of its configuration. */
public final class ImageBuilder {
    private final List<Layer> layers = new ArrayList<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final Map<String, String> annotations = new LinkedHashMap<>();
    private ManifestFormat format = ManifestFormat.OCI;
    private String architecture = ownArchitecture();

    /** This machine's architecture, as image indexes name it. */
    public static String ownArchitecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    public ImageBuilder format(ManifestFormat value) {
        format = value;
        return this;
    }

    public ImageBuilder architecture(String value) {
        architecture = value;
        return this;
    }

    public ImageBuilder layer(Layer layer) {
        layers.add(layer);
        return this;
    }

    public ImageBuilder environment(String... entries) {
        return set("Env", List.of(entries));
    }

    public ImageBuilder entrypoint(String... words) {
        return set("Entrypoint", List.of(words));
    }

    public ImageBuilder command(String... words) {
        return set("Cmd", List.of(words));
    }

    public ImageBuilder user(String user) {
        return set("User", user);
    }

    public ImageBuilder workingDirectory(String path) {
        return set("WorkingDir", path);
    }

    public ImageBuilder stopSignal(String signal) {
        return set("StopSignal", signal);
    }

    public ImageBuilder volume(String path) {
        return set("Volumes", Map.of(path, Map.of()));
    }

    public ImageBuilder label(String key, String value) {
        return set("Labels", Map.of(key, value));
    }

    /** Of the manifest. */
    public ImageBuilder annotation(String key, String value) {
        annotations.put(key, value);
        return this;
    }

    public TestImage build() {
        byte[] configuration = ManifestJson.bytes(Map.of(
                "architecture",
                architecture,
                "os",
                "linux",
                "created",
                "2023-11-14T22:13:20Z",
                "config",
                settings,
                "rootfs",
                Map.of(
                        "type",
                        "layers",
                        "diff_ids",
                        layers.stream().map(Layer::diffId).toList())));
        List<Map<String, Object>> descriptors = layers.stream()
                .map(layer -> ManifestJson.descriptor(
                        layer.compression().mediaType(format),
                        layer.digest(),
                        layer.blob().size()))
                .toList();
        Map<String, Object> manifest = new LinkedHashMap<>(Map.of(
                "schemaVersion",
                2,
                "mediaType",
                format.manifestType(),
                "config",
                ManifestJson.descriptor(format.configType(), Digests.of(configuration), configuration.length),
                "layers",
                descriptors));
        if (!annotations.isEmpty()) {
            manifest.put("annotations", annotations);
        }
        return new TestImage(
                format,
                ByteString.copyFrom(ManifestJson.bytes(manifest)),
                ByteString.copyFrom(configuration),
                List.copyOf(layers));
    }

    /** An index (or Docker's manifest list) of one image for each architecture. */
    public static byte[] index(ManifestFormat format, Map<String, TestImage> byArchitecture) {
        List<Map<String, Object>> manifests = new ArrayList<>();
        byArchitecture.forEach((architecture, image) -> {
            Map<String, Object> entry = new LinkedHashMap<>(ManifestJson.descriptor(
                    format.manifestType(), image.digest(), image.manifest().size()));
            entry.put("platform", Map.of("architecture", architecture, "os", "linux"));
            manifests.add(entry);
        });
        return ManifestJson.bytes(Map.of("schemaVersion", 2, "mediaType", format.indexType(), "manifests", manifests));
    }

    private ImageBuilder set(String key, Object value) {
        settings.put(key, value);
        return this;
    }
}
