package io.berth.imagefs.content;

import java.io.InputStream;

/**
 * Where an image comes from: a registry, or an archive. What it gives is as it came; the caller verifies it. One source
 * serves one pull, from several threads.
 */
public interface ImageSource extends AutoCloseable {
    /** Fetches what a name stands for, at most the configured manifest size. */
    FetchedManifest manifest(String tagOrDigest);

    /** Opens a blob. The stream gives up (with an {@link java.io.IOException}) when nothing comes for too long. */
    InputStream blob(ContentDescriptor descriptor);

    /** Ends everything under way: streams fail, connections close. */
    @Override
    void close();

    /**
     * A manifest or index as it came.
     *
     * @param mediaType as announced; may be empty
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    record FetchedManifest(byte[] content, String mediaType) {}
}
