package io.berth.imagefs.content;

import org.jspecify.annotations.Nullable;

/**
 * A pointer to content (OCI image specification, descriptor.md). Foreign {@code urls} are left out on purpose: nothing
 * is ever fetched from where a manifest says.
 *
 * @param mediaType as given; empty where absent
 * @param digest of the content
 * @param size of the content in bytes
 * @param platform of the manifest that an index points to
 * @param name by its annotations, in an image layout's index; empty where absent
 */
public record ContentDescriptor(
        String mediaType, Digest digest, long size, io.berth.imagefs.@Nullable Platform platform, String name) {}
