package io.berth.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Texts, whole numbers and booleans. */
enum ScalarShape implements Shape {
    TEXT {
        @Override
        public void write(JsonGenerator to, Object value) throws IOException {
            to.writeString((String) value);
        }

        @Override
        public Object read(JsonParser from) throws IOException {
            Shape.expect(from, JsonToken.VALUE_STRING, "text");
            return from.getText();
        }

        @Override
        public boolean isEmpty(Object value) {
            return ((String) value).isEmpty();
        }
    },
    INTEGER {
        @Override
        public void write(JsonGenerator to, Object value) throws IOException {
            to.writeNumber((int) value);
        }

        @Override
        public Object read(JsonParser from) throws IOException {
            Shape.expect(from, JsonToken.VALUE_NUMBER_INT, "whole number");
            return from.getIntValue();
        }
    },
    LONG {
        @Override
        public void write(JsonGenerator to, Object value) throws IOException {
            to.writeNumber((long) value);
        }

        @Override
        public Object read(JsonParser from) throws IOException {
            Shape.expect(from, JsonToken.VALUE_NUMBER_INT, "whole number");
            return from.getLongValue();
        }
    },
    BOOLEAN {
        @Override
        public void write(JsonGenerator to, Object value) throws IOException {
            to.writeBoolean((boolean) value);
        }

        @Override
        public Object read(JsonParser from) throws IOException {
            if (!from.currentToken().isBoolean()) {
                throw Shape.mismatch(from, "true or false");
            }
            return from.getBooleanValue();
        }
    }
}
