package io.berth.server.cri.mapping;

import io.berth.core.container.MountConfig;
import io.berth.core.container.MountPropagation;
import io.berth.core.error.BerthException;
import io.berth.proto.cri.v1.Mount;
import java.util.ArrayList;
import java.util.List;

/** Mounts. */
final class MountMapping {
    private MountMapping() {}

    static List<MountConfig> toCore(List<Mount> mounts, String field) {
        List<MountConfig> mapped = new ArrayList<>(mounts.size());
        for (int i = 0; i < mounts.size(); i++) {
            mapped.add(toCore(mounts.get(i), field + "[" + i + "]"));
        }
        return mapped;
    }

    private static MountConfig toCore(Mount mount, String field) {
        MountPropagation propagation = switch (mount.getPropagation()) {
            case PROPAGATION_PRIVATE -> MountPropagation.PRIVATE;
            case PROPAGATION_HOST_TO_CONTAINER -> MountPropagation.HOST_TO_CONTAINER;
            case PROPAGATION_BIDIRECTIONAL -> MountPropagation.BIDIRECTIONAL;
            case UNRECOGNIZED ->
                throw Require.unknown(field + ".propagation", mount.getPropagation(), mount.getPropagationValue());
        };
        boolean isImage = mount.hasImage() && !mount.getImage().getImage().isEmpty();
        String hostPath = isImage
                ? Require.plain(mount.getHostPath(), field + ".host_path")
                : Require.text(mount.getHostPath(), field + ".host_path");
        if (!isImage && !mount.getImageSubPath().isEmpty()) {
            throw BerthException.invalidArgument(field + ".image_sub_path needs an image beside it");
        }
        if (isImage && !mount.getReadonly()) {
            throw BerthException.invalidArgument(field + ".readonly is false: an image is mounted read-only, say so");
        }
        return new MountConfig(
                Require.text(mount.getContainerPath(), field + ".container_path"),
                hostPath,
                mount.getReadonly(),
                mount.getSelinuxRelabel(),
                propagation,
                NamespaceMapping.idMappings(mount.getUidMappingsList()),
                NamespaceMapping.idMappings(mount.getGidMappingsList()),
                mount.getRecursiveReadOnly(),
                isImage ? ImageMapping.toCore(mount.getImage()) : null,
                Require.plain(mount.getImageSubPath(), field + ".image_sub_path"),
                Require.plain(mount.getMountOptionsList(), field + ".mount_options"));
    }

    static Mount toCri(MountConfig mount) {
        Mount.Builder builder = Mount.newBuilder()
                .setContainerPath(mount.containerPath())
                .setHostPath(mount.hostPath())
                .setReadonly(mount.readonly())
                .setSelinuxRelabel(mount.selinuxRelabel())
                .setPropagation(
                        switch (mount.propagation()) {
                            case PRIVATE -> io.berth.proto.cri.v1.MountPropagation.PROPAGATION_PRIVATE;
                            case HOST_TO_CONTAINER ->
                                io.berth.proto.cri.v1.MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                            case BIDIRECTIONAL -> io.berth.proto.cri.v1.MountPropagation.PROPAGATION_BIDIRECTIONAL;
                        })
                .setRecursiveReadOnly(mount.recursiveReadOnly())
                .setImageSubPath(mount.imageSubPath())
                .addAllMountOptions(mount.mountOptions());
        mount.uidMappings().forEach(mapping -> builder.addUidMappings(NamespaceMapping.toCri(mapping)));
        mount.gidMappings().forEach(mapping -> builder.addGidMappings(NamespaceMapping.toCri(mapping)));
        if (mount.image() != null) {
            builder.setImage(ImageMapping.toCri(mount.image()));
        }
        return builder.build();
    }
}
