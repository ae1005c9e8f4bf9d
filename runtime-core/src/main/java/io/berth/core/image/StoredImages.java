package io.berth.core.image;

import io.berth.imagefs.FileSystemUsage;
import io.berth.imagefs.Image;
import io.berth.imagefs.ImageStore;
import io.berth.imagefs.ResolvedUser;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.Usage;
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
    public Snapshot prepareSnapshot(String key, String imageId) {
        return store.prepareSnapshot(key, imageId);
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
    public Usage snapshotUsage(String key) {
        return store.snapshotUsage(key);
    }

    @Override
    public FileSystemUsage usage() {
        return store.usage();
    }
}
