package io.berth.imagefs;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The images of this node and the snapshots made from them. One store owns its directory; all methods may be called
 * from any thread, and every failure is an {@link ImageException}.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class ImageStore implements AutoCloseable {
    private ImageStore() {}

    /**
     * Opens the store, making its directory when missing. {@link #collect} is the caller's to call, before the first
     * pull.
     */
    public static ImageStore open(ImageStoreConfig config) {
        throw new ImageException(
                ImageException.Kind.STORAGE, "opening " + config.root() + ": the image store is still being built");
    }

    /**
     * Pulls an image and blocks until it is recorded and durable. Joins a pull of the same reference with the same
     * credentials that is under way. A pull that fails leaves nothing behind.
     *
     * @param reference as a person writes it: {@code busybox}, {@code localhost:5000/x:tag}, {@code repo@sha256:…}
     */
    public PulledImage pull(String reference, Credentials credentials) {
        throw missing();
    }

    /**
     * Imports the images of an OCI image layout in a tar file, verified as a pull is. An image's name is the annotation
     * {@code io.containerd.image.name} or {@code org.opencontainers.image.ref.name} of its entry in {@code index.json}.
     *
     * @return the first of them
     */
    public Image importArchive(Path ociArchive) {
        throw missing();
    }

    /** All images, in no particular order; an immutable list that costs nothing. */
    public List<Image> list() {
        throw missing();
    }

    /**
     * Finds by image id (with or without {@code sha256:}, or a unique prefix), by tag, or by digest reference.
     *
     * @throws ImageException of kind {@link ImageException.Kind#AMBIGUOUS} for a prefix of several ids
     */
    public Optional<Image> find(String idOrReference) {
        throw missing();
    }

    /** The image's configuration as its author wrote it (JSON). */
    public String configJson(String imageId) {
        throw missing();
    }

    /**
     * Removes: an id removes the image with all its names; a name removes that name, and the image with the last one of
     * its tags. Layers that no other image and no snapshot uses are deleted before this returns; those of snapshots go
     * with the snapshot.
     *
     * @return false where there is no such image
     */
    public boolean remove(String idOrReference) {
        throw missing();
    }

    /**
     * Makes the writable layer of a container on an image. Idempotent: a key that exists gives its snapshot again.
     *
     * @param key the container's id: letters, digits, dashes and underscores, at most 128
     */
    public Snapshot prepareSnapshot(String key, String imageId) {
        throw missing();
    }

    /** Deletes a snapshot, and the layers that only it still held. Idempotent. */
    public void removeSnapshot(String key) {
        throw missing();
    }

    /** All snapshots, for a recovery that removes those whose containers are gone. */
    public List<String> snapshotKeys() {
        throw missing();
    }

    /** Size of a snapshot's writable layer, not older than a few seconds. */
    public Usage snapshotUsage(String key) {
        throw missing();
    }

    /** What layers and snapshots take on disk, not older than a few seconds. */
    public FileSystemUsage usage() {
        throw missing();
    }

    /** Start-up collection: half layers of killed pulls, unrecorded directories, layers that nothing uses. */
    public void collect() {
        throw missing();
    }

    /** The users and groups of an image, read on the first call and kept. */
    public UserLookup users(String imageId) {
        throw missing();
    }

    /** Fails running pulls with {@link ImageException.Kind#CANCELLED} and closes the database. Snapshots stay. */
    @Override
    public void close() {}

    private static ImageException missing() {
        return new ImageException(ImageException.Kind.STORAGE, "the image store is still being built");
    }
}
