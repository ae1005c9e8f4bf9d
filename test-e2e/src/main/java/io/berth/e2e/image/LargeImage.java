package io.berth.e2e.image;

import java.util.List;
import java.util.Map;

/** An image whose layers lie in files. */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record LargeImage(List<LayerFile> layers, byte[] configuration, byte[] manifest) {
    /** An OCI image of these layers. */
    public static LargeImage of(List<LayerFile> layers) {
        byte[] configuration = ManifestJson.bytes(Map.of(
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
                .map(layer -> ManifestJson.descriptor(
                        layer.compression().mediaType(ManifestFormat.OCI), layer.digest(), layer.size()))
                .toList();
        byte[] manifest = ManifestJson.bytes(Map.of(
                "schemaVersion",
                2,
                "mediaType",
                ManifestFormat.OCI.manifestType(),
                "config",
                ManifestJson.descriptor(
                        ManifestFormat.OCI.configType(), Digests.of(configuration), configuration.length),
                "layers",
                descriptors));
        return new LargeImage(List.copyOf(layers), configuration, manifest);
    }

    /** Bytes of all layers as they are in the registry. */
    public long packedBytes() {
        return layers.stream().mapToLong(LayerFile::size).sum();
    }
}
