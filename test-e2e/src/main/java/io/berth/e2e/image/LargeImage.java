package io.berth.e2e.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;

/** An image whose layers lie in files. */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record LargeImage(List<LayerFile> layers, byte[] configuration, byte[] manifest) {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    /** An OCI image of these layers. */
    public static LargeImage of(List<LayerFile> layers) {
        byte[] configuration = json(Map.of(
                "architecture",
                ImageBuilder.ownArchitecture(),
                "os",
                "linux",
                "config",
                Map.of("Cmd", List.of("/bin/true")),
                "rootfs",
                Map.of(
                        "type",
                        "layers",
                        "diff_ids",
                        layers.stream().map(LayerFile::diffId).toList())));
        List<Map<String, Object>> descriptors = layers.stream()
                .map(layer ->
                        descriptor(layer.compression().mediaType(ManifestFormat.OCI), layer.digest(), layer.size()))
                .toList();
        byte[] manifest = json(Map.of(
                "schemaVersion",
                2,
                "mediaType",
                ManifestFormat.OCI.manifestType(),
                "config",
                descriptor(ManifestFormat.OCI.configType(), Digests.of(configuration), configuration.length),
                "layers",
                descriptors));
        return new LargeImage(List.copyOf(layers), configuration, manifest);
    }

    /** Bytes of all layers as they are in the registry. */
    public long packedBytes() {
        return layers.stream().mapToLong(LayerFile::size).sum();
    }

    private static Map<String, Object> descriptor(String mediaType, String digest, long size) {
        return Map.of("mediaType", mediaType, "digest", digest, "size", size);
    }

    private static byte[] json(Map<String, Object> value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException(failure);
        }
    }
}
