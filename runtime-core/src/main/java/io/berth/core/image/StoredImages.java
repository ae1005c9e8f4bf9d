package io.berth.core.image;

import io.berth.imagefs.Image;
import io.berth.imagefs.ImageStore;
import io.berth.imagefs.ResolvedUser;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.SnapshotUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The images of the node's store. */
public record StoredImages(ImageStore store) implements Images {
    @Override
    public Optional<Image> find(String idOrReference) {
        return store.find(idOrReference);
    }

    @Override
    public ResolvedUser user(String imageId, String user) {
        return store.users(imageId).resolve(user);
    }

    @Override
    public Snapshot prepareSnapshot(String key, String imageId, long limit) {
        return store.prepareSnapshot(key, imageId, limit);
    }

    @Override
    public void makeSnapshotAhead(String key) {
        store.makeSnapshotAhead(key);
    }

    @Override
    public void removeSnapshot(String key) {
        store.removeSnapshot(key);
    }

    @Override
    public List<String> snapshotKeys() {
        return store.snapshotKeys();
    }

    @Override
    public SnapshotUsage snapshotUsage(String key, Duration age) {
        return store.snapshotUsage(key, age);
    }

    @Override
    public SnapshotUsage lastSnapshotUsage(String key) {
        return store.lastSnapshotUsage(key);
    }

    @Override
    public Path root() {
        return store.root();
    }
}
