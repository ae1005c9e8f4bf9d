package io.berth.imagefs.reference;

import io.berth.imagefs.ImageException;
import java.nio.charset.StandardCharsets;

/** Reads any text as a reference: it is refused, or its full form reads back as the same. */
public final class ReferenceFuzz {
    private ReferenceFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        ImageReference reference;
        try {
            reference = ImageReference.parse(new String(data, StandardCharsets.UTF_8));
        } catch (ImageException e) {
            if (e.kind() != ImageException.Kind.INVALID_ARGUMENT) {
                throw e;
            }
            return;
        }
        if (!ImageReference.parse(reference.toString()).equals(reference)) {
            throw new IllegalStateException("\"" + reference + "\" does not read back");
        }
        // What goes into URLs and file names.
        if (!(reference.name() + reference.manifestKey()).matches("[A-Za-z0-9._/:\\[\\]-]+")
                || reference.name().contains("..")) {
            throw new IllegalStateException("\"" + reference + "\" holds a character that it must not");
        }
    }
}
