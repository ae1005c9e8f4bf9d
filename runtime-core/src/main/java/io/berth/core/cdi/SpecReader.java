package io.berth.core.cdi;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads vendors' files, JSON by what they are called or else YAML, and checks them. A field that the specification does
 * not have makes a file unusable, as the specification demands. Safe for any number of threads.
 */
final class SpecReader {
    /** Those of a vendor with hundreds of devices have some 100 KB. */
    static final int LIMIT_BYTES = 4 * 1024 * 1024;

    private static final int MAXIMUM_DEPTH = 50;
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private SpecReader() {}

    /** The file's specification, checked. */
    static CdiSpec read(Path file) throws UnusableFile {
        try {
            String text = text(file);
            @Nullable
            CdiSpec spec = file.toString().endsWith(".json")
                    ? MAPPER.readValue(text, CdiSpec.class)
                    : MAPPER.convertValue(yaml(text), CdiSpec.class);
            if (spec == null) {
                throw new UnusableFile("it is empty");
            }
            SpecChecker.check(spec);
            return spec;
        } catch (JsonProcessingException malformed) {
            throw new UnusableFile(why(malformed));
        } catch (IllegalArgumentException malformed) {
            throw new UnusableFile(
                    malformed.getCause() instanceof JsonProcessingException cause
                            ? why(cause)
                            : String.valueOf(malformed.getMessage()));
        } catch (YAMLException malformed) {
            throw new UnusableFile(oneLine(String.valueOf(malformed.getMessage())));
        } catch (IOException failure) {
            throw new UnusableFile(failure.toString());
        }
    }

    private static String text(Path file) throws IOException, UnusableFile {
        if (!Files.isRegularFile(file)) {
            throw new UnusableFile("it is no regular file");
        }
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] bytes = stream.readNBytes(LIMIT_BYTES + 1);
            if (bytes.length > LIMIT_BYTES) {
                throw new UnusableFile("it is larger than " + LIMIT_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** Lists, maps and simple values only: no types that a file names are made. */
    private static @Nullable Object yaml(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setCodePointLimit(LIMIT_BYTES);
        options.setNestingDepthLimit(MAXIMUM_DEPTH);
        return new Yaml(new SafeConstructor(options)).load(text);
    }

    private static String why(JsonProcessingException malformed) {
        String why = oneLine(malformed.getOriginalMessage());
        if (malformed instanceof JsonMappingException mapping
                && !mapping.getPath().isEmpty()) {
            StringBuilder place = new StringBuilder();
            for (JsonMappingException.Reference part : mapping.getPath()) {
                if (part.getFieldName() == null) {
                    place.append('[').append(part.getIndex()).append(']');
                } else {
                    place.append(place.isEmpty() ? "" : ".").append(part.getFieldName());
                }
            }
            return place + ": " + why;
        }
        return malformed.getLocation() == null
                ? why
                : "line " + malformed.getLocation().getLineNr() + ": " + why;
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
