package io.berth.core.container;

import io.berth.core.Immutable;
import io.berth.core.security.IdMapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A volume of a container: a path of the host, or an image.
 *
 * @param image the image to mount, null for a path of the host
 * @param imageSubPath what of the image; empty: all
 * @param mountOptions more options: noexec, nosuid, nodev and the like
 */
public record MountConfig(
        String containerPath,
        String hostPath,
        boolean readonly,
        boolean selinuxRelabel,
        MountPropagation propagation,
        List<IdMapping> uidMappings,
        List<IdMapping> gidMappings,
        boolean recursiveReadOnly,
        @Nullable ImageSpec image,
        String imageSubPath,
        List<String> mountOptions) {
    public MountConfig {
        containerPath = Immutable.text(containerPath);
        hostPath = Immutable.text(hostPath);
        uidMappings = Immutable.list(uidMappings);
        gidMappings = Immutable.list(gidMappings);
        imageSubPath = Immutable.text(imageSubPath);
        mountOptions = Immutable.list(mountOptions);
    }

    /** The same with another image. */
    public MountConfig withImage(ImageSpec other) {
        return new MountConfig(
                containerPath,
                hostPath,
                readonly,
                selinuxRelabel,
                propagation,
                uidMappings,
                gidMappings,
                recursiveReadOnly,
                other,
                imageSubPath,
                mountOptions);
    }

    /** A path of the host. */
    public static MountConfig bind(String hostPath, String containerPath, boolean readonly) {
        return new MountConfig(
                containerPath,
                hostPath,
                readonly,
                false,
                MountPropagation.PRIVATE,
                List.of(),
                List.of(),
                false,
                null,
                "",
                List.of());
    }
}
