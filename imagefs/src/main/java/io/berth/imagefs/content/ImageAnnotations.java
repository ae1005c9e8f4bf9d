package io.berth.imagefs.content;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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

    private static final JsonFactory FACTORY = new JsonFactory();

    public ImageAnnotations {
        index = Map.copyOf(index);
        manifest = Map.copyOf(manifest);
    }

    /** {@code {"index":{…},"manifest":{…}}}, what is empty left out; an empty text where there is nothing. */
    public String toJson() {
        if (index.isEmpty() && manifest.isEmpty()) {
            return "";
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            write(json, "index", index);
            write(json, "manifest", manifest);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing the annotations of an image", e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String name, Map<String, String> annotations) throws IOException {
        if (annotations.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> annotation : new TreeMap<>(annotations).entrySet()) {
            json.writeStringField(annotation.getKey(), annotation.getValue());
        }
        json.writeEndObject();
    }
}
