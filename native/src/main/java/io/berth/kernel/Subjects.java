package io.berth.kernel;

import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** Names what a failed call was about. */
final class Subjects {
    private Subjects() {}

    /** Returns the path in full: where {@code directory} is, as the kernel names it, and {@code path} after it. */
    static @Nullable String of(@Nullable Descriptor directory, @Nullable String path) {
        if (directory == null || (path != null && path.startsWith("/"))) {
            return path;
        }
        String place;
        try {
            place = Files.readSymbolicLink(directory.procPath()).toString();
        } catch (IOException | RuntimeException unknown) {
            // The name only helps the reader of an error that is reported anyway.
            place = directory.toString();
        }
        return path == null || path.isEmpty() ? place : place + "/" + path;
    }
}
