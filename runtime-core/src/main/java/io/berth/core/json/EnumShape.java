package io.berth.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Constants of an enum, by their names. */
final class EnumShape implements Shape {
    private final String what;
    private final Map<String, Enum<?>> constants;

    EnumShape(Class<?> type) {
        this.what = type.getSimpleName();
        this.constants = Arrays.stream(type.getEnumConstants())
                .map(constant -> (Enum<?>) constant)
                .collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));
    }

    @Override
    public void write(JsonGenerator to, Object value) throws IOException {
        to.writeString(((Enum<?>) value).name());
    }

    @Override
    public Object read(JsonParser from) throws IOException {
        Shape.expect(from, JsonToken.VALUE_STRING, what);
        Enum<?> constant = constants.get(from.getText());
        if (constant == null) {
            throw Shape.mismatch(from, what);
        }
        return constant;
    }
}
