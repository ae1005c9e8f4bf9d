package io.berth.e2e.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.Map;

/** Manifests and configurations as bytes, the same for the same content. */
final class ManifestJson {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);

    private ManifestJson() {}

    static byte[] bytes(Map<String, Object> value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException failure) {
            throw new IllegalArgumentException(failure);
        }
    }

    /** How a manifest names a blob. */
    static Map<String, Object> descriptor(String mediaType, String digest, long size) {
        return Map.of("mediaType", mediaType, "digest", digest, "size", size);
    }
}
