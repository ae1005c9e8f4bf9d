package io.berth.imagefs.reference;

import io.berth.imagefs.content.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A complete reference: every default filled in.
 *
 * @param host registry as references write it, such as {@code docker.io}, {@code localhost:5000}, {@code [::1]:5000}
 * @param repository path within it, such as {@code library/busybox}
 * @param tag absent where only a digest was given
 * @param digest of the manifest or index; wins over the tag
 */
public record ImageReference(
        String host,
        String repository,
        @Nullable String tag,
        @Nullable Digest digest) {
    /** Reads a reference by the Docker rules: {@code docker.io}, {@code library/} and {@code latest} are understood. */
    public static ImageReference parse(String text) {
        return ReferenceParser.parse(text);
    }

    /** Host and repository: the part that tags and digests share. */
    public String name() {
        return host + "/" + repository;
    }

    /** {@code name:tag}, or null without a tag. */
    public @Nullable String tagged() {
        return tag == null ? null : name() + ":" + tag;
    }

    /** {@code name@digest} for a digest of one's own. */
    public String withDigest(Digest other) {
        return name() + "@" + other;
    }

    /** What a registry is asked for: the digest where there is one, else the tag. */
    public String manifestKey() {
        if (digest != null) {
            return digest.toString();
        }
        return tag == null ? "latest" : tag;
    }

    @Override
    public String toString() {
        return name() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
    }
}
