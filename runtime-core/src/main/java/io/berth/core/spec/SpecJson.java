package io.berth.core.spec;

import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.json.RecordJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** OCI specifications as files. */
public final class SpecJson {
    static final RecordJson<OciSpec> FORMAT = RecordJson.sparse(OciSpec.class);

    private SpecJson() {}

    /** Writes a new file. */
    public static void write(Path file, OciSpec spec) {
        try {
            Files.write(file, FORMAT.write(spec));
        } catch (IOException failure) {
            throw new BerthException(
                    ErrorKind.RESOURCE_EXHAUSTED, "writing " + file + ": " + failure.getMessage(), failure);
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
            return FORMAT.read(Files.readAllBytes(file));
        } catch (IOException failure) {
            throw new BerthException(
                    ErrorKind.FAILED_PRECONDITION, "reading " + file + ": " + failure.getMessage(), failure);
        }
    }
}
