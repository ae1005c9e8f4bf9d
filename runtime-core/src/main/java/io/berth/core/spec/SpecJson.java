package io.berth.core.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** OCI specifications as files. */
public final class SpecJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectWriter WRITER = MAPPER.writerFor(OciSpec.class);
    private static final ObjectReader READER = MAPPER.readerFor(OciSpec.class);

    private SpecJson() {}

    /** Writes a new file. */
    public static void write(Path file, OciSpec spec) {
        try {
            Files.write(file, WRITER.writeValueAsBytes(spec));
        } catch (IOException failure) {
            throw new BerthException(
                    failure instanceof JsonProcessingException ? ErrorKind.INTERNAL : ErrorKind.RESOURCE_EXHAUSTED,
                    "writing " + file + ": " + failure.getMessage(),
                    failure);
        }
    }

    /** Writes it over another one, whole: whoever reads meanwhile sees the one or the other. */
    public static void replace(Path file, OciSpec spec) {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        write(aside, spec);
        try {
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new BerthException(
                    ErrorKind.INTERNAL, "renaming " + aside + " to " + file + ": " + failure.getMessage(), failure);
        }
    }

    /** Reads it back. */
    public static OciSpec read(Path file) {
        try {
            return READER.readValue(Files.readAllBytes(file));
        } catch (IOException failure) {
            throw new BerthException(
                    ErrorKind.FAILED_PRECONDITION, "reading " + file + ": " + failure.getMessage(), failure);
        }
    }

    /** The specification, or a part of it, as a tree that can be changed. */
    public static ObjectNode tree(Object part) {
        return MAPPER.valueToTree(part);
    }

    /** The specification of a tree. */
    public static OciSpec spec(ObjectNode tree) {
        try {
            return READER.readValue(tree);
        } catch (IOException failure) {
            throw new BerthException(ErrorKind.INTERNAL, "a changed specification is none: " + failure, failure);
        }
    }
}
