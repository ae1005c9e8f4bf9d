package io.berth.imagefs.reference;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.Texts;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of references, by the {@code distribution/reference} rules, with Docker's short names.
 *
 * <p>All patterns are possessive or free of overlapping repetition, and lengths are checked before they run.
 */
final class ReferenceParser {
    private static final String DEFAULT_HOST = "docker.io";
    private static final int LONGEST_REFERENCE = 2048;
    private static final int LONGEST_NAME = 255;

    /** Of a host without its port (RFC 1035, section 2.3.4): so a complete reference is never the longer for it. */
    private static final int LONGEST_HOST = 253;

    private static final Pattern DOMAIN_COMPONENT = Pattern.compile("[a-zA-Z0-9]++(?:-++[a-zA-Z0-9]++)*+");
    private static final Pattern IPV6 = Pattern.compile("\\[[a-fA-F0-9:]{2,45}]");
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final Pattern PATH_COMPONENT = Pattern.compile("[a-z0-9]++(?:(?:\\.|__|_|-++)[a-z0-9]++)*+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern IDENTIFIER = Pattern.compile("[a-f0-9]{64}");

    private final String text;

    private ReferenceParser(String text) {
        this.text = text;
    }

    static ImageReference parse(String text) {
        return new ReferenceParser(text).read();
    }

    private ImageReference read() {
        require(!text.isEmpty(), "it is empty");
        require(text.length() <= LONGEST_REFERENCE, "it is longer than " + LONGEST_REFERENCE + " characters");
        require(!IDENTIFIER.matcher(text).matches(), "64 hexadecimal digits are an image id and no name");

        String rest = text;
        Digest digest = null;
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = readDigest(rest.substring(at + 1));
            rest = rest.substring(0, at);
        }
        String tag = null;
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/') && !rest.endsWith("]")) {
            tag = rest.substring(colon + 1);
            require(
                    TAG.matcher(tag).matches(),
                    "\"" + Texts.shortened(tag)
                            + "\" is not a tag (at most 128 letters, digits, underscores, dots and dashes)");
            rest = rest.substring(0, colon);
        }
        require(!rest.isEmpty(), "it has no name");
        require(
                !rest.contains("://"),
                "a reference has no scheme: leave out \"" + rest.replaceAll("//.*", "//") + "\"");
        return complete(rest, tag, digest);
    }

    private ImageReference complete(String name, @Nullable String tag, @Nullable Digest digest) {
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        String host = isHost(first) ? first : DEFAULT_HOST;
        String repository = isHost(first) ? name.substring(slash + 1) : name;
        checkHost(host);
        require(
                isHost(host.toLowerCase(Locale.ROOT)),
                "\"" + Texts.shortened(host) + "\" is neither a registry host, which has a dot or a port, nor part of a"
                        + " repository name, which has no upper-case letters");
        host = host.toLowerCase(Locale.ROOT);
        if (host.equals("index.docker.io")) {
            host = DEFAULT_HOST;
        }
        if (host.equals(DEFAULT_HOST) && repository.indexOf('/') < 0) {
            repository = "library/" + repository;
        }
        checkRepository(repository);
        return new ImageReference(host, repository, tag == null && digest == null ? "latest" : tag, digest);
    }

    private static boolean isHost(String first) {
        return first.indexOf('.') >= 0
                || first.indexOf(':') >= 0
                || first.equals("localhost")
                || !first.equals(first.toLowerCase(Locale.ROOT));
    }

    private void checkHost(String host) {
        String name = host;
        int colon = host.lastIndexOf(':');
        if (colon > host.lastIndexOf(']')) {
            String port = host.substring(colon + 1);
            require(
                    PORT.matcher(port).matches() && Integer.parseInt(port) <= 65535,
                    "\"" + Texts.shortened(port) + "\" is not a port");
            name = host.substring(0, colon);
        }
        if (IPV6.matcher(name).matches()) {
            return;
        }
        require(name.length() <= LONGEST_HOST, "the registry host is longer than " + LONGEST_HOST + " characters");
        for (String component : name.split("\\.", -1)) {
            require(
                    DOMAIN_COMPONENT.matcher(component).matches(),
                    "\"" + Texts.shortened(host) + "\" is not a registry host");
        }
    }

    private void checkRepository(String repository) {
        require(
                repository.length() <= LONGEST_NAME,
                "the repository name is longer than " + LONGEST_NAME + " characters");
        require(repository.equals(repository.toLowerCase(Locale.ROOT)), "a repository name has no upper-case letters");
        for (String component : repository.split("/", -1)) {
            require(
                    PATH_COMPONENT.matcher(component).matches(),
                    "\"" + Texts.shortened(component)
                            + "\" is not part of a repository name (lower-case letters and digits,"
                            + " with single dots, underscores or dashes between)");
        }
    }

    private Digest readDigest(String digest) {
        try {
            return Digest.parse(digest);
        } catch (ImageException e) {
            throw invalid(String.valueOf(e.getMessage()), e);
        }
    }

    private void require(boolean condition, String why) {
        if (!condition) {
            throw invalid(why, null);
        }
    }

    private ImageException invalid(String why, @Nullable Throwable cause) {
        return new ImageException(
                ImageException.Kind.INVALID_ARGUMENT,
                "image reference \"" + Texts.shortened(text) + "\": " + why,
                cause);
    }
}
