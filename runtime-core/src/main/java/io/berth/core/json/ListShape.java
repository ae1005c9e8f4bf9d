package io.berth.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Lists of one type; none of their elements is null. */
record ListShape(Shape element) implements Shape {
    @Override
    public void write(JsonGenerator to, Object value) throws IOException {
        to.writeStartArray();
        for (Object each : (List<?>) value) {
            element.write(to, each);
        }
        to.writeEndArray();
    }

    @Override
    public Object read(JsonParser from) throws IOException {
        Shape.expect(from, JsonToken.START_ARRAY, "list");
        List<Object> values = new ArrayList<>();
        while (from.nextToken() != JsonToken.END_ARRAY) {
            values.add(element.read(from));
        }
        return values;
    }

    @Override
    public boolean isEmpty(Object value) {
        return ((List<?>) value).isEmpty();
    }
}
