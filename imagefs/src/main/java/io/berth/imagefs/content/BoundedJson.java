package io.berth.imagefs.content;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.berth.imagefs.ImageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON from strangers: bounded in depth and in the length of its parts; the caller bounds the whole. */
public final class BoundedJson {
    private static final int DEEPEST = 64;
    private static final int LONGEST_PART = 4 << 20;
    private static final int LONGEST_NUMBER = 32;

    private static final JsonFactory USUAL = factory(DEEPEST);

    private BoundedJson() {}

    private static JsonFactory factory(int deepest) {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(deepest)
                        .maxStringLength(LONGEST_PART)
                        .maxNumberLength(LONGEST_NUMBER)
                        .build())
                .build();
    }

    /**
     * Reads an object.
     *
     * @param what names the document in errors
     * @throws ImageException of kind INVALID_CONTENT or LIMIT_EXCEEDED
     */
    public static JsonNode readObject(byte[] json, String what) {
        return readObject(json, what, DEEPEST);
    }

    /** As {@link #readObject(byte[], String)}, with a bound of one's own for how deep it is nested. */
    static JsonNode readObject(byte[] json, String what, int deepest) {
        JsonNode node;
        try (JsonParser parser = (deepest == DEEPEST ? USUAL : factory(deepest)).createParser(json)) {
            node = parser.nextToken() == null ? MissingNode.getInstance() : JsonTree.read(parser);
            if (parser.nextToken() != null) {
                throw invalid(what + " has more after its JSON object", null);
            }
        } catch (StreamConstraintsException e) {
            throw new ImageException(
                    ImageException.Kind.LIMIT_EXCEEDED,
                    what + " is nested more than " + deepest + " deep, or holds a number or text that is too long: "
                            + Texts.shortened(e.getOriginalMessage()),
                    e);
        } catch (JsonProcessingException e) {
            throw invalid(what + " is not proper JSON: " + Texts.shortened(e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw invalid(what + " cannot be read", e);
        }
        if (!node.isObject()) {
            throw invalid(what + " is not a JSON object", null);
        }
        return node;
    }

    /** A text field; empty where absent or null. */
    static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? value.textValue() : "";
    }

    /** A list of texts; empty where absent or null. */
    static List<String> texts(JsonNode node, String field) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : node.path(field)) {
            if (!element.isTextual()) {
                throw invalid("\"" + field + "\" holds something that is no text", null);
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** The fields of an object that are texts; empty where absent or null. */
    static Map<String, String> textMap(JsonNode node, String field) {
        Map<String, String> map = new LinkedHashMap<>();
        node.path(field).properties().forEach(property -> {
            if (property.getValue().isTextual()) {
                map.put(property.getKey(), property.getValue().textValue());
            }
        });
        return map;
    }

    static ImageException invalid(String message, @org.jspecify.annotations.Nullable Throwable cause) {
        return new ImageException(ImageException.Kind.INVALID_CONTENT, message, cause);
    }
}
