package io.berth.core.lifecycle;

import io.berth.core.container.Container;
import io.berth.core.container.ContainerConfig;
import io.berth.core.container.ImageSpec;
import io.berth.core.container.MountConfig;
import io.berth.core.error.BerthException;
import io.berth.core.error.ErrorKind;
import io.berth.core.image.Images;
import io.berth.core.spec.ImageVolume;
import io.berth.imagefs.Image;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.layers.LayerPaths;
import io.berth.kernel.SystemCalls;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Images that containers have mounted as volumes. Each holds a snapshot of its own, of which only the layers are used:
 * its record keeps them on disk when the image is removed, over restarts of the daemon, until the container is removed.
 * A snapshot whose container never came to be is found by its key ({@link #container}) at the next start.
 */
final class ImageVolumes {
    private static final String INFIX = ".volume.";

    private final Images images;

    ImageVolumes(Images images) {
        this.images = images;
    }

    /** The container that a snapshot is for, as its root or as a volume. */
    static String container(String snapshotKey) {
        int end = snapshotKey.indexOf(INFIX);
        return end < 0 ? snapshotKey : snapshotKey.substring(0, end);
    }

    /** Takes hold of the images of a container's mounts, by the mount's place among them. */
    Map<Integer, ImageVolume> hold(String containerId, ContainerConfig config, Undo undo) {
        Map<Integer, ImageVolume> volumes = new HashMap<>();
        for (int index = 0; index < config.mounts().size(); index++) {
            MountConfig mount = config.mounts().get(index);
            ImageSpec spec = mount.image();
            if (spec != null) {
                String key = key(containerId, index);
                Image image = image(spec, mount);
                undo.add("the image volume " + key, () -> images.removeSnapshot(key));
                List<Path> layers = layers(images.prepareSnapshot(key, image.id(), 0));
                requirePart(mount, layers);
                volumes.put(index, new ImageVolume(image.id(), layers));
            }
        }
        return volumes;
    }

    /** The same configuration with the ID of each image that is mounted, which the container's status reports. */
    ContainerConfig resolved(ContainerConfig config) {
        if (config.mounts().stream().noneMatch(mount -> mount.image() != null)) {
            return config;
        }
        return config.withMounts(config.mounts().stream().map(this::resolved).toList());
    }

    private MountConfig resolved(MountConfig mount) {
        ImageSpec spec = mount.image();
        return spec == null
                ? mount
                : mount.withImage(spec.withReference(image(spec, mount).id()));
    }

    /** Lets go of them. Idempotent. */
    void release(Container container) {
        List<MountConfig> mounts = container.config().mounts();
        for (int index = 0; index < mounts.size(); index++) {
            if (mounts.get(index).image() != null) {
                images.removeSnapshot(key(container.id(), index));
            }
        }
    }

    private static String key(String containerId, int index) {
        return containerId + INFIX + index;
    }

    private Image image(ImageSpec spec, MountConfig mount) {
        return images.find(spec.image())
                .orElseThrow(() -> BerthException.notFound("the image \"" + spec.image() + "\" for the mount on "
                        + mount.containerPath() + " is not on this node: pull it first"));
    }

    private static List<Path> layers(Snapshot snapshot) {
        return switch (snapshot) {
            case Snapshot.Overlay overlay -> overlay.lowerDirectories();
            case Snapshot.Directory directory -> List.of(directory.path());
        };
    }

    private static void requirePart(MountConfig mount, List<Path> layers) {
        if (!mount.imageSubPath().isEmpty() && !LayerPaths.exists(SystemCalls.real(), layers, mount.imageSubPath())) {
            throw new BerthException(
                    ErrorKind.NOT_FOUND,
                    "the mount on " + mount.containerPath() + " has the image_sub_path \"" + mount.imageSubPath()
                            + "\", which is not in the image");
        }
    }
}
