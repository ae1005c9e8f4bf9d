package io.berth.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Maps from texts to one type; none of their values is null. */
record MapShape(Shape element) implements Shape {
    @Override
    public void write(JsonGenerator to, Object value) throws IOException {
        to.writeStartObject();
        for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
            to.writeFieldName((String) each.getKey());
            element.write(to, each.getValue());
        }
        to.writeEndObject();
    }

    @Override
    public Object read(JsonParser from) throws IOException {
        Shape.expect(from, JsonToken.START_OBJECT, "object");
        Map<String, Object> values = new LinkedHashMap<>();
        while (from.nextToken() != JsonToken.END_OBJECT) {
            String name = from.currentName();
            from.nextToken();
            values.put(name, element.read(from));
        }
        return values;
    }

    @Override
    public boolean isEmpty(Object value) {
        return ((Map<?, ?>) value).isEmpty();
    }
}
