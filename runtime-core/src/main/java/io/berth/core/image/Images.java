package io.berth.core.image;

import io.berth.imagefs.Image;
import io.berth.imagefs.ResolvedUser;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.SnapshotUsage;
import java.nio.file.Path;
import java.time.Duration;
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

    /** What a writable layer takes, counted now when the last count is older than that. */
    SnapshotUsage snapshotUsage(String key, Duration age);

    /** What a writable layer took when it was counted last; walks no files. */
    SnapshotUsage lastSnapshotUsage(String key);

    /** The directory of all writable layers: its file system is theirs. */
    Path root();
}
