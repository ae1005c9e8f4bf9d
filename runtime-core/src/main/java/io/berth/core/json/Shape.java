package io.berth.core.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** How the values of one Java type look as JSON. Immutable, safe for any number of threads. */
sealed interface Shape permits ScalarShape, EnumShape, ListShape, MapShape, RecordShape, VariantShape {
    /** Writes a value that is not null. */
    void write(JsonGenerator to, Object value) throws IOException;

    /**
     * Reads the value whose first token the parser stands on, which is not null; it stands on the last one after it.
     */
    Object read(JsonParser from) throws IOException;

    /** Whether it is a text, list or map with nothing in it. */
    default boolean isEmpty(Object value) {
        return false;
    }

    /** Refuses another token than the one expected. */
    static void expect(JsonParser from, JsonToken token, String what) throws IOException {
        if (from.currentToken() != token) {
            throw mismatch(from, what);
        }
    }

    /** The error for something else than is expected here. */
    static JsonParseException mismatch(JsonParser from, String what) {
        JsonPointer place = from.getParsingContext().pathAsPointer();
        return new JsonParseException(from, (place.toString().isEmpty() ? "the document" : place) + " is no " + what);
    }
}
