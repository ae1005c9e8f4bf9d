package io.berth.imagefs.store;

import io.berth.imagefs.Usage;
import io.berth.imagefs.content.Digest;
import java.util.List;

/**
 * A layer that is wholly on disk.
 *
 * @param id names its directory
 * @param diffId digest of its uncompressed tar
 * @param usage on disk
 * @param opaqueRoot whether it hides everything below it
 * @param impliedDirectories directories whose owner and mode no entry of it gave; the root is the empty text
 */
public record LayerRecord(long id, Digest diffId, Usage usage, boolean opaqueRoot, List<String> impliedDirectories) {
    public LayerRecord {
        impliedDirectories = List.copyOf(impliedDirectories);
    }
}
