package io.berth.imagefs.user;

import io.berth.imagefs.UserLookup;
import io.berth.imagefs.layers.StoreDirectories;
import io.berth.imagefs.snapshot.OverlayDriver;
import io.berth.imagefs.store.LayerRecord;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The accounts of images, each read once, those of the most recently used ones kept. Any thread. */
public final class ImageUsers {
    private static final int KEPT = 256;

    private final StoreDirectories directories;
    private final Map<String, UserLookup> kept = new LinkedHashMap<>(16, 0.75f, true);

    public ImageUsers(StoreDirectories directories) {
        this.directories = directories;
    }

    /**
     * The accounts of an image.
     *
     * @param layers of the image, lowest first
     */
    public UserLookup of(String imageId, List<LayerRecord> layers) {
        UserLookup known = find(imageId);
        if (known != null) {
            return known;
        }
        List<Path> roots = OverlayDriver.visible(layers).stream()
                .map(layer -> directories.path(StoreDirectories.LAYERS, Long.toString(layer.id())))
                .toList();
        UserLookup read = AccountFiles.read(directories.calls(), roots);
        keep(imageId, read);
        return read;
    }

    /** Forgets a removed image. */
    public synchronized void forget(String imageId) {
        kept.remove(imageId);
    }

    private synchronized @Nullable UserLookup find(String imageId) {
        return kept.get(imageId);
    }

    private synchronized void keep(String imageId, UserLookup lookup) {
        if (kept.size() >= KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        kept.put(imageId, lookup);
    }
}
