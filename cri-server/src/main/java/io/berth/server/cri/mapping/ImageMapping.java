package io.berth.server.cri.mapping;

import io.berth.core.container.ImageSpec;
import io.berth.core.error.BerthException;
import io.berth.imagefs.Credentials;
import io.berth.imagefs.FileSystemUsage;
import io.berth.imagefs.Image;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.reference.ImageReference;
import io.berth.proto.cri.v1.AuthConfig;
import io.berth.proto.cri.v1.FilesystemIdentifier;
import io.berth.proto.cri.v1.FilesystemUsage;
import io.berth.proto.cri.v1.Int64Value;
import io.berth.proto.cri.v1.UInt64Value;

/** Images and the credentials for them. */
public final class ImageMapping {
    private ImageMapping() {}

    static ImageSpec toCore(io.berth.proto.cri.v1.ImageSpec spec) {
        return new ImageSpec(
                spec.getImage(),
                spec.getAnnotationsMap(),
                spec.getUserSpecifiedImage(),
                spec.getRuntimeHandler(),
                spec.getImageRef());
    }

    static io.berth.proto.cri.v1.ImageSpec toCri(ImageSpec spec) {
        return io.berth.proto.cri.v1.ImageSpec.newBuilder()
                .setImage(spec.image())
                .putAllAnnotations(spec.annotations())
                .setUserSpecifiedImage(spec.userSpecifiedImage())
                .setRuntimeHandler(spec.runtimeHandler())
                .setImageRef(spec.imageReference())
                .build();
    }

    /**
     * The image of a container's status: by the full name of what its user wrote. A kubelet creates containers by image
     * ID, and shows people the name that their status has.
     */
    static io.berth.proto.cri.v1.ImageSpec toNamed(ImageSpec spec) {
        io.berth.proto.cri.v1.ImageSpec asked = toCri(spec);
        String written = spec.userSpecifiedImage();
        if (written.isEmpty() || isIdentifier(written, spec.image())) {
            return asked;
        }
        return asked.toBuilder().setImage(fullName(written)).build();
    }

    private static boolean isIdentifier(String written, String image) {
        return withoutAlgorithm(image).startsWith(withoutAlgorithm(written));
    }

    private static String withoutAlgorithm(String digest) {
        return digest.startsWith("sha256:") ? digest.substring("sha256:".length()) : digest;
    }

    private static String fullName(String written) {
        try {
            return ImageReference.parse(written).toString();
        } catch (ImageException noReference) {
            return written;
        }
    }

    public static io.berth.proto.cri.v1.Image toCri(Image image) {
        io.berth.proto.cri.v1.Image.Builder builder = io.berth.proto.cri.v1.Image.newBuilder()
                .setId(image.id())
                .addAllRepoTags(image.tags())
                .addAllRepoDigests(image.digests())
                .setSize(image.size())
                .setPinned(image.pinned());
        String user = image.config().user();
        String name = user.contains(":") ? user.substring(0, user.indexOf(':')) : user;
        if (!name.isEmpty() && name.length() <= 10 && name.chars().allMatch(digit -> digit >= '0' && digit <= '9')) {
            builder.setUid(Int64Value.newBuilder().setValue(Long.parseLong(name)));
        } else {
            builder.setUsername(name);
        }
        return builder.build();
    }

    public static FilesystemUsage toCri(FileSystemUsage usage) {
        return FilesystemUsage.newBuilder()
                .setTimestamp(usage.timestamp())
                .setUsedBytes(UInt64Value.newBuilder().setValue(usage.usage().bytes()))
                .setInodesUsed(UInt64Value.newBuilder().setValue(usage.usage().inodes()))
                .setFsId(FilesystemIdentifier.newBuilder()
                        .setMountpoint(usage.mountpoint().toString()))
                .build();
    }

    /** Credentials in the order in which the strongest is taken; error messages never show what was sent. */
    public static Credentials credentials(AuthConfig auth) {
        String server = auth.getServerAddress();
        if (!auth.getIdentityToken().isEmpty()) {
            return new Credentials.IdentityToken(auth.getIdentityToken(), server);
        }
        if (!auth.getRegistryToken().isEmpty()) {
            return new Credentials.RegistryToken(auth.getRegistryToken(), server);
        }
        if (!auth.getUsername().isEmpty() || !auth.getPassword().isEmpty()) {
            return new Credentials.Basic(auth.getUsername(), auth.getPassword(), server);
        }
        if (!auth.getAuth().isEmpty()) {
            return Credentials.Basic.decoded(auth.getAuth(), server)
                    .orElseThrow(
                            () -> BerthException.invalidArgument("auth.auth is not the base64 of USERNAME:PASSWORD"));
        }
        return Credentials.ANONYMOUS;
    }
}
