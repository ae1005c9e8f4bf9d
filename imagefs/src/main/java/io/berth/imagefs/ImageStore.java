package io.berth.imagefs;

import io.berth.imagefs.blobs.BlobStore;
import io.berth.imagefs.blobs.KeepingSource;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.ImageDocumentParser;
import io.berth.imagefs.content.ImageIndex;
import io.berth.imagefs.content.ImageSource;
import io.berth.imagefs.content.PlatformChoice;
import io.berth.imagefs.layers.LayerStore;
import io.berth.imagefs.layers.StoreDirectories;
import io.berth.imagefs.pull.ImageArchive;
import io.berth.imagefs.pull.ImagePuller;
import io.berth.imagefs.pull.JoinedPulls;
import io.berth.imagefs.pull.PullProgress;
import io.berth.imagefs.reference.ImageReference;
import io.berth.imagefs.registry.RegistryClients;
import io.berth.imagefs.registry.RegistrySource;
import io.berth.imagefs.snapshot.Snapshots;
import io.berth.imagefs.store.ImageRecords;
import io.berth.imagefs.store.LayerRecord;
import io.berth.imagefs.user.ImageUsers;
import io.berth.kernel.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The images of this node and the snapshots made from them. One store owns its directory; all methods may be called
 * from any thread, and every failure is an {@link ImageException}.
 */
public final class ImageStore implements AutoCloseable {
    private static final long CLOSE_MILLISECONDS = 10_000;

    private final ImageStoreConfig config;
    private final StoreDirectories directories;
    private final ImageRecords records;
    private final LayerStore layers;
    private final Snapshots snapshots;
    private final RegistryClients clients = RegistryClients.create();
    private final ImagePuller puller;
    private final ImageUsers users;
    private final PinnedNames pinned;
    private final BlobStore blobs;
    private final JoinedPulls<PullKey, Pull, PulledImage> pulls;
    private volatile ImageCatalog catalog;

    private ImageStore(ImageStoreConfig config, StoreDirectories directories, ImageRecords records) {
        SystemCalls calls = directories.calls();
        this.config = config;
        this.directories = directories;
        this.records = records;
        this.layers = new LayerStore(directories, records);
        this.snapshots = Snapshots.of(config.driver(), config.layerLimit(), directories, records, layers);
        this.puller = new ImagePuller(calls, layers, config.limits(), config.platform());
        this.users = new ImageUsers(directories);
        this.pinned = new PinnedNames(config.pinned());
        this.blobs = new BlobStore(directories, records, config.keepBlobs());
        this.pulls = new JoinedPulls<>(config.limits().pullTimeout());
        this.catalog = readCatalog();
    }

    private record PullKey(ImageReference reference, Credentials credentials) {}

    /**
     * Opens the store, making its directory when missing. {@link #collect} is the caller's to call, before the first
     * pull.
     */
    public static ImageStore open(ImageStoreConfig config) {
        StoreDirectories directories = StoreDirectories.open(SystemCalls.real(), config.root());
        try {
            ImageRecords records = ImageRecords.open(config.database());
            try {
                return new ImageStore(config, directories, records);
            } catch (RuntimeException e) {
                records.close();
                throw e;
            }
        } catch (RuntimeException e) {
            directories.close();
            throw e;
        }
    }

    /**
     * Pulls an image and blocks until it is recorded and durable. Joins a pull of the same reference with the same
     * credentials that is under way. A caller who is interrupted leaves at once; with the last one the pull is
     * cancelled. A pull that fails leaves nothing behind.
     *
     * @param reference as a person writes it: {@code busybox}, {@code localhost:5000/x:tag}, {@code repo@sha256:…}
     */
    public PulledImage pull(String reference, Credentials credentials) {
        ImageReference name = ImageReference.parse(reference);
        return pulls.join(new PullKey(name, credentials), Pull::new);
    }

    /** The pulls under way, in no order. */
    public List<RunningPull> runningPulls() {
        return pulls.underWay((pull, callers) -> pull.progress.now(callers));
    }

    /** One pull, whoever waits for it. */
    private final class Pull implements JoinedPulls.Work<PulledImage> {
        private final PullKey key;
        private final PullProgress progress;
        private volatile RegistrySource source;

        Pull(PullKey key) {
            this.key = key;
            this.progress = new PullProgress(key.reference().toString());
            this.source = open(key);
        }

        private RegistrySource open(PullKey wanted) {
            return new RegistrySource(
                    wanted.reference(),
                    wanted.credentials(),
                    config.registries(),
                    config.limits(),
                    config.userAgent(),
                    clients);
        }

        @Override
        public PulledImage run() {
            try {
                ImagePuller.Outcome outcome = blobs.isInUse() ? pullAndKeep() : pull(source);
                return new PulledImage(
                        refreshed(outcome.imageId()), key.reference().toString(), outcome.digest());
            } catch (ImageException e) {
                throw e.during("pulling " + key.reference());
            }
        }

        private ImagePuller.Outcome pullAndKeep() {
            KeepingSource keeping =
                    new KeepingSource(source, blobs, config.limits().manifestBytes());
            try {
                ImagePuller.Outcome outcome = pull(keeping);
                keeping.commit(outcome.imageId(), outcome.content());
                return outcome;
            } catch (ImageException e) {
                if (!keeping.distrust(e)) {
                    throw e;
                }
            } finally {
                keeping.discard();
            }
            source = open(key);
            return pullAndKeep();
        }

        private ImagePuller.Outcome pull(ImageSource from) {
            ImageReference name = key.reference();
            return puller.pull(new ImagePuller.Request(
                    from, name.manifestKey(), name.digest(), name, progress, config.verifier()));
        }

        @Override
        public void cancel() {
            source.close();
        }
    }

    /**
     * Imports the images of an OCI image layout in a tar file, verified as a pull is. An image's name is the annotation
     * {@code io.containerd.image.name} or {@code org.opencontainers.image.ref.name} of its entry in {@code index.json}.
     *
     * @return the first of them
     */
    public Image importArchive(Path ociArchive) {
        try (ImageArchive archive =
                ImageArchive.open(ociArchive, config.limits().manifestBytes())) {
            Map<String, List<ContentDescriptor>> byName = archive.entries().stream()
                    .filter(entry -> !entry.name().isEmpty())
                    .collect(Collectors.groupingBy(ContentDescriptor::name, LinkedHashMap::new, Collectors.toList()));
            Image first = null;
            for (Map.Entry<String, List<ContentDescriptor>> entry : byName.entrySet()) {
                Image image = importImage(ociArchive, entry.getKey(), entry.getValue());
                first = first == null ? image : first;
            }
            if (first == null) {
                throw new ImageException(
                        ImageException.Kind.INVALID_CONTENT,
                        "image archive " + ociArchive + " names no image: its index.json needs the annotation"
                                + " org.opencontainers.image.ref.name");
            }
            return first;
        }
    }

    private Image importImage(Path archive, String name, List<ContentDescriptor> candidates) {
        ImageReference reference = ImageReference.parse(name);
        ContentDescriptor chosen = candidates.size() == 1
                ? candidates.getFirst()
                : new PlatformChoice(config.platform()).from(new ImageIndex(candidates));
        Digest digest = chosen.digest();
        try {
            ImageArchive source = ImageArchive.open(archive, config.limits().manifestBytes());
            ImagePuller.Outcome outcome = puller.pull(new ImagePuller.Request(
                    source, digest.toString(), digest, reference, new PullProgress(name), ImageVerifier.NONE));
            return refreshed(outcome.imageId());
        } catch (ImageException e) {
            throw e.during("importing " + name + " from " + archive);
        }
    }

    /** All images, oldest first; an immutable list that costs nothing. */
    public List<Image> list() {
        return catalog.images();
    }

    /**
     * Finds by image id (with or without {@code sha256:}, or a unique prefix), by tag, or by digest reference.
     *
     * @throws ImageException of kind {@link ImageException.Kind#AMBIGUOUS} for a prefix of several ids
     */
    public Optional<Image> find(String idOrReference) {
        return catalog.find(idOrReference);
    }

    /** The image's configuration as its author wrote it (JSON). */
    public String configJson(String imageId) {
        String id = existing(catalog, imageId).id();
        byte[] json = records.configJson(id)
                .orElseThrow(() -> new ImageException(ImageException.Kind.NOT_FOUND, "no image " + id));
        return new String(json, StandardCharsets.UTF_8);
    }

    /** What index and manifest say of the image, {@code {"index":{…},"manifest":{…}}}; empty where they say nothing. */
    public String annotationsJson(String imageId) {
        return records.annotations(existing(catalog, imageId).id());
    }

    /**
     * Removes: an id removes the image with all its names; a name removes that name, and the image with the last one of
     * its tags. Layers that no other image and no snapshot uses are deleted before this returns; those of snapshots go
     * with the snapshot.
     *
     * @return false where there is no such image
     */
    public boolean remove(String idOrReference) {
        boolean removed = layers.whileKept(() -> {
            ImageCatalog now = readCatalog();
            Optional<Image> found = now.find(idOrReference);
            if (found.isEmpty()) {
                return false;
            }
            Image image = found.get();
            String name = now.nameOf(idOrReference);
            if (name != null && image.tags().stream().anyMatch(tag -> !tag.equals(name))) {
                records.removeName(name);
            } else {
                records.removeImage(image.id());
                users.forget(image.id());
            }
            catalog = readCatalog();
            return true;
        });
        if (removed) {
            layers.deleteUnused();
            snapshots.keepOnlyUsed();
            blobs.deleteUnused();
        }
        return removed;
    }

    /**
     * Makes the writable layer of a container on an image. Idempotent: a key that exists gives its snapshot again.
     *
     * @param key the container's id: letters, digits, dashes, dots and underscores, at most 128
     * @param limit of what may be written to it, in bytes; 0: that of the configuration
     * @throws ImageException of kind INVALID_ARGUMENT for a limit above the configuration's, UNSUPPORTED where the
     *     driver or the file system keeps none
     */
    public Snapshot prepareSnapshot(String key, String imageId, long limit) {
        return layers.whileKept(() -> {
            ImageCatalog now = catalog;
            String id = existing(now, imageId).id();
            return snapshots.prepare(key, id, now.layers(id), limit);
        });
    }

    /**
     * Makes what {@link #prepareSnapshot} with that key will need whatever the image is, so that it is quicker. There
     * is no snapshot yet: {@link #removeSnapshot} takes it away, and so does the next start.
     */
    public void makeSnapshotAhead(String key) {
        snapshots.makeAhead(key);
    }

    /** Deletes a snapshot, and the layers that only it still held. Idempotent. Its space is free a little later. */
    public void removeSnapshot(String key) {
        snapshots.remove(key, image -> catalog.find(image).isPresent());
    }

    /** All snapshots, for a recovery that removes those whose containers are gone. */
    public List<String> snapshotKeys() {
        return snapshots.keys();
    }

    /** Size of a snapshot's writable layer, counted now when the last count is older than that. */
    public SnapshotUsage snapshotUsage(String key, Duration age) {
        return snapshots.usage(key, age);
    }

    /**
     * Size of a snapshot's writable layer when it was counted last: usually some seconds ago, as its timestamp says.
     * Walks nothing unless it is asked for right after the snapshot was made, or the store opened.
     */
    public SnapshotUsage lastSnapshotUsage(String key) {
        return snapshots.lastUsage(key);
    }

    /** What layers and snapshots take on disk; the time is that of the oldest count in it. */
    public FileSystemUsage usage() {
        Optional<SnapshotUsage> counted = snapshots.usage();
        Usage total =
                counted.map(SnapshotUsage::usage).orElse(Usage.NONE).plus(new Usage(blobs.bytes(), blobs.count()));
        for (LayerRecord layer : records.layers()) {
            total = total.plus(layer.usage());
        }
        return new FileSystemUsage(
                config.root(), total, counted.map(SnapshotUsage::timestamp).orElseGet(ImageStore::now));
    }

    /** What was fetched since the store was opened. */
    public PullStatistics pullStatistics() {
        return puller.statistics();
    }

    /** The store's directory; what {@link #usage} is about. */
    public Path root() {
        return config.root();
    }

    /** Start-up collection: half layers of killed pulls, unrecorded directories, layers that nothing uses. */
    public void collect() {
        snapshots.collect();
        layers.collect();
        blobs.deleteUnused();
    }

    /** The users and groups of an image, read on the first call and kept. */
    public UserLookup users(String imageId) {
        ImageCatalog now = catalog;
        String id = existing(now, imageId).id();
        return users.of(id, now.layers(id));
    }

    /** Images, their layers, and what stands on what. */
    public ImageGraph graph() {
        ImageCatalog now = catalog;
        Map<String, List<String>> snapshotsByImage = snapshots.byImage();
        ImageGraph.Builder graph = new ImageGraph.Builder();
        now.images()
                .forEach(image ->
                        graph.add(image, now.layers(image.id()), snapshotsByImage.getOrDefault(image.id(), List.of())));
        return graph.build();
    }

    private static Image existing(ImageCatalog catalog, String id) {
        return catalog.find(id).orElseThrow(() -> new ImageException(ImageException.Kind.NOT_FOUND, "no image " + id));
    }

    private Image refreshed(String id) {
        return layers.whileKept(() -> {
            catalog = readCatalog();
            return existing(catalog, id);
        });
    }

    private ImageCatalog readCatalog() {
        return new ImageCatalog(
                records.images(json -> ImageDocumentParser.parse(json).config()), records.layers(), pinned);
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    /** Fails running pulls with {@link ImageException.Kind#CANCELLED} and closes the database. Snapshots stay. */
    @Override
    public void close() {
        puller.close();
        snapshots.close();
        long end = System.nanoTime() + CLOSE_MILLISECONDS * 1_000_000;
        while (!pulls.isIdle() && System.nanoTime() < end) {
            try {
                Thread.sleep(20);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        clients.close();
        records.close();
        directories.close();
    }
}
