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

    /**
     * Idempotent by key.
     *
     * @param limit of what may be written to it, in bytes; 0: what the configuration says
     */
    Snapshot prepareSnapshot(String key, String imageId, long limit);

    /** Makes what a snapshot with that key will need whatever its image is; removed as a snapshot is. */
    void makeSnapshotAhead(String key);

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
