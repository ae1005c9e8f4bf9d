package io.berth.imagefs;

import java.nio.file.Path;
import java.util.List;

/** The writable root of one container, as its launcher has to put it together. Nothing of it is mounted yet. */
public sealed interface Snapshot {
    /**
     * An overlay mount.
     *
     * @param lowerDirectories read-only layers, the topmost first, never empty, without repetition
     * @param upper the writable layer
     * @param work overlayfs' own directory, on the file system of {@code upper}
     * @param options further overlay options, {@code name} or {@code name=value}
     */
    record Overlay(List<Path> lowerDirectories, Path upper, Path work, List<String> options) implements Snapshot {
        public Overlay {
            lowerDirectories = List.copyOf(lowerDirectories);
            options = List.copyOf(options);
        }
    }

    /** A directory that is the whole root already. */
    record Directory(Path path) implements Snapshot {}
}
