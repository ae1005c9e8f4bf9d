package io.berth.core.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes records of one type as JSON objects and reads them back. A component is a member of the same name; one that
 * Java keeps for itself ends with an underscore in the record ({@code class_}). It may be a text, a whole number, a
 * boolean, an enum, a list, a map with texts as keys, another record, or an interface that is sealed to records, which
 * then begins with the name of one. Nothing is written of a component that is null. Reading, what the record does not
 * have is passed over, and what is not there is null, 0 or false for the record's constructor, so that versions can
 * read what each other wrote. No annotations, as the first one of a kind that is looked for costs 10 ms. Safe for any
 * number of threads.
 */
public final class RecordJson<T> {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int USUAL_BYTES = 4096;

    private final Class<T> type;
    private final Shape shape;

    private RecordJson(Class<T> type, Omission omission) {
        this.type = type;
        this.shape = new Shapes(omission).of(type);
    }

    /**
     * Of a type all of whose texts, lists and maps are written.
     *
     * @throws IllegalArgumentException for a type with a component of none of the kinds above
     */
    public static <T extends Record> RecordJson<T> of(Class<T> type) {
        return new RecordJson<>(type, Omission.NONE);
    }

    /**
     * Of a type that takes what is absent as empty: no empty text, list or map is written.
     *
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static <T extends Record> RecordJson<T> sparse(Class<T> type) {
        return new RecordJson<>(type, Omission.EMPTY);
    }

    /**
     * Of a type none of whose texts is null: no empty text, 0 or false is written, and what is absent is read as such.
     * What {@link #of} has written is read, too.
     *
     * @throws IllegalArgumentException as for {@link #of}
     */
    public static <T extends Record> RecordJson<T> compact(Class<T> type) {
        return new RecordJson<>(type, Omission.ZERO);
    }

    /** The JSON text in UTF-8. */
    public byte[] write(T value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
            write(value, generator);
        } catch (IOException failure) {
            throw new UncheckedIOException("writing " + type.getSimpleName() + " as JSON", failure);
        }
        return bytes.toByteArray();
    }

    /** Writes it as a value of a larger document. */
    public void write(T value, JsonGenerator generator) throws IOException {
        shape.write(generator, value);
    }

    /**
     * Reads a document, the whole of it.
     *
     * @throws JsonProcessingException where it is malformed, or holds something else where a component is; the message
     *     names the place
     */
    public T read(byte[] json) throws JsonProcessingException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            T value = read(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "something follows the document's end");
            }
            return value;
        } catch (JsonProcessingException malformed) {
            throw malformed;
        } catch (IOException failure) {
            throw new UncheckedIOException("reading bytes", failure);
        }
    }

    /**
     * Reads from where a parser stands, on the first token of the value; it stands on the last one after it.
     *
     * @throws JsonProcessingException as {@link #read(byte[])}
     */
    public T read(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new JsonParseException(parser, "no object");
        }
        Object value = shape.read(parser);
        return type.cast(value);
    }
}
