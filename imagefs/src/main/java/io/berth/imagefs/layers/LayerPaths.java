package io.berth.imagefs.layers;

import io.berth.imagefs.unpack.StorageFailures;
import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SystemCallException;
import io.berth.kernel.SystemCalls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a stack of layers has. */
public final class LayerPaths {
    private LayerPaths() {}

    /**
     * Whether there is anything at a path, its symbolic links followed inside the layers.
     *
     * @param layers directories, the topmost first
     * @throws io.berth.imagefs.ImageException where the layers cannot be read, or the links have no end
     */
    public static boolean exists(SystemCalls calls, List<Path> layers, String path) {
        List<Descriptor> roots = new ArrayList<>();
        try {
            for (Path layer : layers) {
                roots.add(calls.openat2(null, layer.toString(), OpenHow.directory()));
            }
            try (LayeredTree tree = new LayeredTree(calls, roots)) {
                return tree.exists(path);
            }
        } catch (SystemCallException e) {
            throw StorageFailures.of("looking for /" + path + " in an image", e);
        } finally {
            roots.forEach(Descriptor::close);
        }
    }
}
