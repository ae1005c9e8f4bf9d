package io.berth.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One of the records that a component's type is sealed to: an object whose first member has the component's name and
 * says which, by the record's name in small letters ({@code "state":{"state":"exited","exitCode":0}}).
 */
final class VariantShape implements Shape {
    private final String property;
    private final Map<Class<?>, RecordShape> byClass;
    private final Map<String, RecordShape> byName = new HashMap<>();

    VariantShape(String property, Map<Class<?>, RecordShape> variants) {
        this.property = property;
        this.byClass = Map.copyOf(variants);
        variants.forEach((type, shape) -> byName.put(name(type), shape));
    }

    private static String name(Class<?> type) {
        return type.getSimpleName().toLowerCase(Locale.ROOT);
    }

    private RecordShape shape(Class<?> type) {
        RecordShape shape = byClass.get(type);
        if (shape == null) {
            throw new IllegalArgumentException(type + " is none of " + byClass.keySet());
        }
        return shape;
    }

    @Override
    public void write(JsonGenerator to, Object value) throws IOException {
        to.writeStartObject();
        to.writeStringField(property, name(value.getClass()));
        shape(value.getClass()).writeMembers(to, value);
        to.writeEndObject();
    }

    @Override
    public Object read(JsonParser from) throws IOException {
        Shape.expect(from, JsonToken.START_OBJECT, "object");
        if (from.nextToken() != JsonToken.FIELD_NAME || !from.currentName().equals(property)) {
            throw Shape.mismatch(from, "object that starts with \"" + property + "\"");
        }
        String name = from.nextTextValue();
        RecordShape shape = name == null ? null : byName.get(name);
        if (shape == null) {
            throw Shape.mismatch(
                    from, "one of " + byName.keySet().stream().sorted().toList());
        }
        from.nextToken();
        return shape.readMembers(from);
    }
}
