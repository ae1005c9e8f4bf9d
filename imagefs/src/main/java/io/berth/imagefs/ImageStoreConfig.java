package io.berth.imagefs;

import java.nio.file.Path;
import java.util.Set;

/**
 * Where the store lives and how it behaves.
 *
 * @param root directory of layers and snapshots, made 0700 when missing
 * @param database the SQLite file, on the same disk as {@code root} for durability's sake
 * @param driver snapshot driver: {@code overlay}, {@code btrfs} or {@code vfs}
 * @param layerLimit what each writable layer may take, in bytes; 0: no limit
 * @param registries how registries are reached
 * @param limits bounds of a pull
 * @param platform what to choose from a multi-platform image
 * @param pinned references whose images the node's garbage collection must keep; an asterisk stands for anything
 * @param userAgent sent to registries
 * @param verifier asked about what is pulled
 * @param keepBlobs whether what is fetched is kept as it came, beside the files made of it
 */
public record ImageStoreConfig(
        Path root,
        Path database,
        String driver,
        long layerLimit,
        RegistriesConfig registries,
        PullLimits limits,
        Platform platform,
        Set<String> pinned,
        String userAgent,
        ImageVerifier verifier,
        boolean keepBlobs) {
    public ImageStoreConfig {
        pinned = Set.copyOf(pinned);
    }

    /** Defaults for a state directory: {@code images/} and {@code images.db} within it. */
    public static ImageStoreConfig in(Path stateDirectory) {
        return new ImageStoreConfig(
                stateDirectory.resolve("images"),
                stateDirectory.resolve("images.db"),
                "overlay",
                0,
                RegistriesConfig.DEFAULT,
                PullLimits.DEFAULT,
                Platform.host(),
                Set.of(),
                "berth",
                ImageVerifier.NONE,
                false);
    }

    public ImageStoreConfig withRegistries(RegistriesConfig changed) {
        return new ImageStoreConfig(
                root, database, driver, layerLimit, changed, limits, platform, pinned, userAgent, verifier, keepBlobs);
    }

    public ImageStoreConfig withLimits(PullLimits changed) {
        return new ImageStoreConfig(
                root,
                database,
                driver,
                layerLimit,
                registries,
                changed,
                platform,
                pinned,
                userAgent,
                verifier,
                keepBlobs);
    }

    public ImageStoreConfig withPinned(Set<String> changed) {
        return new ImageStoreConfig(
                root,
                database,
                driver,
                layerLimit,
                registries,
                limits,
                platform,
                changed,
                userAgent,
                verifier,
                keepBlobs);
    }

    public ImageStoreConfig withDriver(String changed) {
        return new ImageStoreConfig(
                root,
                database,
                changed,
                layerLimit,
                registries,
                limits,
                platform,
                pinned,
                userAgent,
                verifier,
                keepBlobs);
    }

    public ImageStoreConfig withVerifier(ImageVerifier changed) {
        return new ImageStoreConfig(
                root,
                database,
                driver,
                layerLimit,
                registries,
                limits,
                platform,
                pinned,
                userAgent,
                changed,
                keepBlobs);
    }

    public ImageStoreConfig withKeepBlobs(boolean changed) {
        return new ImageStoreConfig(
                root, database, driver, layerLimit, registries, limits, platform, pinned, userAgent, verifier, changed);
    }
}
