package io.berth.e2e.leftover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The daemon keeps a shim ready for the next sandbox. Its id changes with each sandbox; that there is one does not. It
 * is known by its directory, which has no {@code cgroup} link yet.
 */
final class SpareShims {
    private static final Pattern DIRECTORY = Pattern.compile("(/\\S*/sandboxes/)([0-9a-f]{64})");

    private SpareShims() {}

    /** The text with the id of a spare shim's directory taken out of it. */
    static String nameless(String text) {
        Matcher matcher = DIRECTORY.matcher(text);
        return matcher.find() && isSpare(Path.of(matcher.group()))
                ? matcher.replaceFirst(matcher.group(1) + "SPARE")
                : text;
    }

    /** Whether that process, a directory of /proc, is a spare shim. */
    static boolean is(Path process) {
        try {
            Matcher matcher =
                    DIRECTORY.matcher(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1));
            return matcher.find() && isSpare(Path.of(matcher.group()));
        } catch (IOException ended) {
            return false;
        }
    }

    private static boolean isSpare(Path directory) {
        return !Files.exists(directory.resolve("cgroup"), LinkOption.NOFOLLOW_LINKS);
    }
}
