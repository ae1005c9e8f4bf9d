package io.berth.imagefs.pull;

import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.ImageAnnotations;
import io.berth.imagefs.content.ImageDocument;
import io.berth.imagefs.content.ImageSource.FetchedManifest;
import java.util.List;

/**
 * All that is known of an image before its layers are fetched; every document verified.
 *
 * @param digest of what the reference names: the index, or the manifest where there is none
 * @param top what the reference names, as it came
 * @param annotations of index and manifest
 * @param id digest of the configuration
 * @param configJson the configuration as it came
 * @param document the configuration, read
 * @param layers from the lowest to the topmost; as many as the document has diff IDs
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record ResolvedImage(
        Digest digest,
        FetchedManifest top,
        ImageAnnotations annotations,
        Digest id,
        byte[] configJson,
        ImageDocument document,
        List<ContentDescriptor> layers) {}
