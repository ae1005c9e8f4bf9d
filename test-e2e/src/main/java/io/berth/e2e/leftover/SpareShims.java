package io.berth.e2e.leftover;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The daemon keeps shims ready for the next sandboxes, with a link and a lease each. Their ids change with each
 * sandbox; that there are some does not. One is known by its directory, which has no {@code cgroup} link yet.
 */
final class SpareShims {
    private static final Pattern DIRECTORY = Pattern.compile("(/\\S*/sandboxes/)([0-9a-f]{64})");
    private static final Pattern SANDBOX = Pattern.compile("[0-9a-f]{64}");
    private static final String LINK_PREFIX = "bth";

    private final Set<String> ids;

    private SpareShims(Set<String> ids) {
        this.ids = ids;
    }

    /** Those of the daemon that has these directories, as they are now. */
    static SpareShims in(List<Path> directories) {
        Set<String> ids = new HashSet<>();
        for (Path directory : directories) {
            try (DirectoryStream<Path> sandboxes = Files.newDirectoryStream(directory.resolve("sandboxes"))) {
                for (Path sandbox : sandboxes) {
                    if (isSpare(sandbox)) {
                        ids.add(sandbox.getFileName().toString());
                    }
                }
            } catch (IOException absent) {
                // Not the run directory, or there is no daemon yet.
            }
        }
        return new SpareShims(ids);
    }

    /** The link's name, without the id if it is a spare shim's. */
    String namelessLink(String link) {
        return link.startsWith(LINK_PREFIX)
                        && ids.stream().anyMatch(id -> id.startsWith(link.substring(LINK_PREFIX.length())))
                ? LINK_PREFIX + "SPARE"
                : link;
    }

    /** The file's path, without the address if it is a spare shim's lease. */
    String namelessFile(Path file) {
        if (file.toString().contains("/leases/")) {
            try {
                Matcher matcher = SANDBOX.matcher(Files.readString(file));
                if (matcher.find() && ids.contains(matcher.group())) {
                    return file.resolveSibling("SPARE").toString();
                }
            } catch (IOException gone) {
                return file.toString();
            }
        }
        return nameless(file.toString());
    }

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
