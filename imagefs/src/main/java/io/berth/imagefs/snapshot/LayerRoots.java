package io.berth.imagefs.snapshot;

import io.berth.imagefs.layers.StoreDirectories;
import io.berth.kernel.Descriptor;
import io.berth.kernel.FileStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Owner and permissions of layers' root directories, each read once, those of the most recently used layers kept: a
 * layer does not change, and its id is not given again. Any thread.
 */
final class LayerRoots {
    private static final int KEPT = 256;

    private final StoreDirectories directories;
    private final Map<Long, FileStatus> kept = new LinkedHashMap<>(16, 0.75f, true);

    LayerRoots(StoreDirectories directories) {
        this.directories = directories;
    }

    /** @throws io.berth.kernel.SystemCallException when the layer cannot be looked at */
    FileStatus of(long layer) {
        FileStatus known = find(layer);
        if (known != null) {
            return known;
        }
        try (Descriptor directory = directories.open(StoreDirectories.LAYERS, Long.toString(layer))) {
            FileStatus read = directories.calls().fstat(directory);
            keep(layer, read);
            return read;
        }
    }

    private synchronized @Nullable FileStatus find(long layer) {
        return kept.get(layer);
    }

    private synchronized void keep(long layer, FileStatus status) {
        if (kept.size() >= KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        kept.put(layer, status);
    }
}
