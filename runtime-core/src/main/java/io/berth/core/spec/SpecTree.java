package io.berth.core.spec;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.json.RecordJson;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * OCI specifications as trees, which plugins and vendors' files change in their own words. The only ones in a daemon
 * that need Jackson's databind: where there are neither, it is not loaded.
 */
public final class SpecTree {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Map<Class<? extends Record>, RecordJson<? extends Record>> FORMATS = new ConcurrentHashMap<>();

    private SpecTree() {}

    /** The specification, or a part of it, as {@link SpecJson#write} writes it. */
    public static ObjectNode of(Record part) {
        @SuppressWarnings("unchecked") // made for this class
        RecordJson<Record> format =
                (RecordJson<Record>) FORMATS.computeIfAbsent(part.getClass(), type -> RecordJson.sparse(type));
        try {
            return MAPPER.readValue(format.write(part), ObjectNode.class);
        } catch (IOException failure) {
            throw new BerthException(
                    ErrorKind.INTERNAL, "a specification that was written is none: " + failure, failure);
        }
    }

    /** The specification of a tree. */
    public static OciSpec spec(ObjectNode tree) {
        try {
            return SpecJson.FORMAT.read(MAPPER.writeValueAsBytes(tree));
        } catch (IOException failure) {
            throw new BerthException(ErrorKind.INTERNAL, "a changed specification is none: " + failure, failure);
        }
    }
}
