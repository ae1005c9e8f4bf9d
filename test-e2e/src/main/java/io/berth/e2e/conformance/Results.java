package io.berth.e2e.conformance;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What became of all specs on one machine, as a file keeps it. */
record Results(List<SpecResult> specs) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Empty where there is no such file. */
    static Results read(Path file) throws IOException {
        return new Results(
                Files.exists(file)
                        ? JSON.readValue(file.toFile(), new TypeReference<List<SpecResult>>() {})
                        : List.of());
    }

    void write(Path file) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), specs);
    }
}
