package io.berth.core.image;

import io.berth.imagefs.FileSystemUsage;
import io.berth.imagefs.Image;
import io.berth.imagefs.ResolvedUser;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.Usage;
import java.util.List;
import java.util.Optional;

/** The part of the image store that sandboxes and containers need. Errors as of {@link io.berth.imagefs.ImageStore}. */
public interface Images {
    Optional<Image> find(String idOrReference);

    /** Whom a user string means in that image. */
    ResolvedUser user(String imageId, String user);

    /** Idempotent by key. */
    Snapshot prepareSnapshot(String key, String imageId);

    /** Idempotent. */
    void removeSnapshot(String key);

    List<String> snapshotKeys();

    Usage snapshotUsage(String key);

    FileSystemUsage usage();
}
