package io.berth.imagefs.content;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an image's authors say of it beside its configuration.
 *
 * @param index of the index that its reference stands for; empty where there is none
 * @param manifest of its own manifest
 */
public record ImageAnnotations(Map<String, String> index, Map<String, String> manifest) {
    public static final ImageAnnotations NONE = new ImageAnnotations(Map.of(), Map.of());

    private static final JsonMapper JSON = JsonMapper.builder().build();

    public ImageAnnotations {
        index = Map.copyOf(index);
        manifest = Map.copyOf(manifest);
    }

    /** {@code {"index":{…},"manifest":{…}}}, what is empty left out; an empty text where there is nothing. */
    public String toJson() {
        Map<String, Map<String, String>> parts = new TreeMap<>();
        if (!index.isEmpty()) {
            parts.put("index", new TreeMap<>(index));
        }
        if (!manifest.isEmpty()) {
            parts.put("manifest", new TreeMap<>(manifest));
        }
        try {
            return parts.isEmpty() ? "" : JSON.writeValueAsString(parts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts that cannot be written", e);
        }
    }
}
