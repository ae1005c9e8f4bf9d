package io.berth.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kernel's version.
 *
 * @param major 6 of {@code 6.1.0-18-amd64}
 * @param minor 1 of it
 * @param release the whole of it
 */
public record KernelVersion(int major, int minor, String release) implements Comparable<KernelVersion> {
    /** The oldest kernel that Berth runs on. */
    public static final KernelVersion OLDEST = new KernelVersion(6, 1, "6.1");

    private static final Pattern PATTERN = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

    private static final Comparator<KernelVersion> ORDER =
            Comparator.comparingInt(KernelVersion::major).thenComparingInt(KernelVersion::minor);

    /** Returns the version of the running kernel. */
    public static KernelVersion current() {
        Path path = Path.of("/proc/sys/kernel/osrelease");
        try {
            return parse(Files.readString(path).strip());
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + path, failure);
        }
    }

    /** Reads a release as {@code uname -r} prints it. */
    public static KernelVersion parse(String release) {
        Matcher matcher = PATTERN.matcher(release);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("no kernel version: '" + release + "'");
        }
        return new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)), release);
    }

    /** Returns whether this is {@code other} or newer; the release's rest does not count. */
    public boolean isAtLeast(KernelVersion other) {
        return ORDER.compare(this, other) >= 0;
    }

    /** By major and minor, then by the text. */
    @Override
    public int compareTo(KernelVersion other) {
        return ORDER.thenComparing(KernelVersion::release).compare(this, other);
    }
}
