package io.berth.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Images: where they go and how much of them is taken. Sizes in bytes.
 *
 * @param preloadDirectory archives to import at start; null: those of this distribution
 * @param pinned references, or patterns of them, that the kubelet must not remove
 * @param keepBlobs whether what is fetched is kept packed as well
 */
public record ImagesConfig(
        SnapshotDriver snapshotDriver,
        long writableLayerLimit,
        @Nullable Path preloadDirectory,
        List<String> pinned,
        boolean keepBlobs,
        int parallelLayers,
        int parallelRanges,
        long manifestLimit,
        long layerLimit,
        long layerEntriesLimit,
        int layersLimit,
        int jsonDepthLimit,
        int pathLimit,
        int attributeLimit,
        int expansionLimit,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration progressTimeout,
        Duration pullTimeout,
        int attempts) {
    /** How layers become a root file system. */
    public enum SnapshotDriver {
        /** The kernel's overlayfs. */
        OVERLAY,
        /** Subvolumes and snapshots of btrfs. */
        BTRFS,
        /** Whole copies. */
        VFS
    }

    static ImagesConfig read(Section section) {
        SnapshotDriver driver = section.choice("snapshot_driver", SnapshotDriver.OVERLAY, """
                How layers become a root file system: "overlay"; "btrfs", with the state directory on one; "vfs", a copy
                for each container, which shares blocks where the file system can.""");
        long limit = section.size("writable_layer_limit", "0", "0", "16TiB", """
                What a container may write to its root file system; 0: no limit. Needs project quotas (ext4 or
                xfs mounted with prjquota), or snapshot_driver = "btrfs".""");
        String preload = section.text("preload_directory", "", """
                OCI image-layout archives (*.tar) that are imported at start when the node lacks them. Empty: those that
                came with this daemon.""", Check.ABSOLUTE_PATH_OR_EMPTY);
        return new ImagesConfig(
                driver,
                limit,
                preload.isEmpty() ? null : Path.of(preload),
                section.texts("pinned", List.of(), """
                        Images that the kubelet must not remove: references, or patterns of full names such as
                        "registry.example/base/*".""", Check.NOT_EMPTY),
                section.flag("keep_blobs", false, """
                        Keep layers also as they came, packed, as long as their image stays: they can be unpacked again
                        without the network then."""),
                section.integer("parallel_layers", 4, 1, 64, """
                        Layers that are unpacked at the same time, over all pulls."""),
                section.integer("parallel_ranges", 4, 1, 8, """
                        Connections over which one large layer comes, where the network is what a pull waits for and the
                        registry has ranges; 1: never more than one."""),
                section.size("manifest_limit", "4MiB", "1KiB", "64MiB", """
                        The largest manifest, index or image configuration."""),
                section.size("layer_limit", "64GiB", "1MiB", "16TiB", """
                        The largest layer, uncompressed."""),
                section.wholeNumber("layer_entries_limit", 2_000_000, 1_000, 1_000_000_000, """
                        The most files of a layer."""),
                section.integer("layers_limit", 500, 1, 500, """
                        The most layers of an image; overlayfs takes 500."""),
                section.integer("json_depth_limit", 64, 8, 1_000, """
                        How deep a manifest, index or image configuration may be nested."""),
                section.integer("path_limit", 4096, 255, 4096, """
                        The longest path or link target in a layer, bytes."""),
                section.integer("attribute_limit", 65_536, 1_024, 65_536, """
                        The largest extended attribute of a file in a layer, bytes."""),
                section.integer("expansion_limit", 1_100, 10, 1_000_000, """
                        How many times larger than its download a layer may unpack, beyond its first 64 MiB."""),
                section.duration("connect_timeout", "10s", "100ms", "5m", """
                        For a registry to accept a connection."""),
                section.duration("response_timeout", "30s", "100ms", "1h", """
                        For a registry to begin an answer."""),
                section.duration("progress_timeout", "1m", "100ms", "1h", """
                        The longest silence within a download."""),
                section.duration("pull_timeout", "12h", "1s", "168h", """
                        The longest pull, however it goes on."""),
                section.integer("attempts", 4, 1, 100, """
                        Tries of a request in all, when a registry is overloaded or broken."""));
    }
}
