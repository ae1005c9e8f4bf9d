package io.berth.imagefs.snapshot;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Snapshot;
import io.berth.imagefs.SnapshotUsage;
import io.berth.imagefs.content.Texts;
import io.berth.imagefs.layers.LayerStore;
import io.berth.imagefs.layers.StoreDirectories;
import io.berth.imagefs.store.ImageRecords;
import io.berth.imagefs.store.LayerRecord;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Snapshots and their records: a driver keeps the files, the records keep what stands on what. Any thread. */
public final class Snapshots implements AutoCloseable {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final long NANOSECONDS = 1_000_000_000L;

    private final SnapshotDriver driver;
    private final long limit;
    private final ImageRecords records;
    private final LayerStore layers;
    private final UsageSampler sampler;

    /** What is recorded: the image of each snapshot. */
    private final Map<String, String> images;

    private Snapshots(
            SnapshotDriver driver,
            long limit,
            ImageRecords records,
            LayerStore layers,
            Map<String, String> imagesByKey) {
        this.driver = driver;
        this.limit = limit;
        this.records = records;
        this.layers = layers;
        this.images = new ConcurrentHashMap<>(imagesByKey);
        this.sampler = new UsageSampler(key -> driver.usage(key, records.layersOfSnapshot(key)));
        sampler.addAll(images.keySet());
    }

    /**
     * Snapshots by the driver of that name.
     *
     * @param limit of each writable layer in bytes; 0: none
     */
    public static Snapshots of(
            String driver, long limit, StoreDirectories directories, ImageRecords records, LayerStore layers) {
        SnapshotDriver chosen = switch (driver) {
            case "overlay" -> new OverlayDriver(directories, limit > 0);
            case "btrfs" -> new BtrfsDriver(directories, limit > 0);
            case "vfs" -> new VfsDriver(directories, limit > 0);
            default ->
                throw new ImageException(
                        ImageException.Kind.INVALID_ARGUMENT,
                        "there is no snapshot driver \"" + Texts.shortened(driver)
                                + "\" (there are: overlay, btrfs, vfs)");
        };
        Map<String, String> recorded = records.snapshots();
        for (String key : recorded.keySet()) {
            Path snapshot = directories.path(StoreDirectories.SNAPSHOTS, key);
            if (!Files.exists(snapshot.resolve(chosen.part())) && hasFiles(snapshot)) {
                throw new ImageException(
                        ImageException.Kind.INVALID_ARGUMENT,
                        "the snapshot driver is \"" + driver + "\" now, and the container " + key
                                + " has a root file system that another one has made: put the setting back, or remove"
                                + " all containers with it first");
            }
        }
        return new Snapshots(chosen, limit, records, layers, recorded);
    }

    /** Not a directory that a power cut has left empty, nor one that is gone. */
    private static boolean hasFiles(Path snapshot) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(snapshot)) {
            return files.iterator().hasNext();
        } catch (NoSuchFileException gone) {
            return false;
        } catch (IOException e) {
            throw new ImageException(ImageException.Kind.STORAGE, "reading " + snapshot + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes a snapshot, or gives the one that is there. The caller sees to it that the layers are not collected
     * meanwhile.
     *
     * @param stack the image's layers, lowest first
     * @param wanted limit of what may be written to it, in bytes, not above that of all; 0: that of all
     */
    public Snapshot prepare(String key, String imageId, List<LayerRecord> stack, long wanted) {
        requireKey(key);
        String there = images.get(key);
        if (there != null) {
            if (!there.equals(imageId)) {
                throw new ImageException(
                        ImageException.Kind.INVALID_ARGUMENT,
                        "snapshot " + key + " exists, on image " + there + " and not on " + imageId);
            }
            return driver.describe(key, records.layersOfSnapshot(key));
        }
        if (limit > 0 && wanted > limit) {
            throw new ImageException(
                    ImageException.Kind.INVALID_ARGUMENT,
                    "a writable layer of " + wanted + " bytes is asked for; this node gives at most " + limit
                            + " (images.writable_layer_limit)");
        }
        Snapshot snapshot = driver.create(key, stack, wanted > 0 ? wanted : limit);
        boolean recorded = false;
        try {
            Instant now = Instant.now();
            records.addSnapshot(
                    key,
                    imageId,
                    stack.stream().map(LayerRecord::id).toList(),
                    now.getEpochSecond() * NANOSECONDS + now.getNano());
            recorded = true;
            images.put(key, imageId);
            sampler.add(key);
            return snapshot;
        } finally {
            if (!recorded) {
                driver.remove(key);
            }
        }
    }

    /** Makes what a snapshot with that key will need whatever its image is; {@link #remove} takes it away again. */
    public void makeAhead(String key) {
        requireKey(key);
        driver.makeAhead(key);
    }

    private static void requireKey(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new ImageException(
                    ImageException.Kind.INVALID_ARGUMENT, "\"" + Texts.shortened(key) + "\" is no snapshot key");
        }
    }

    /** The keys of all snapshots. */
    public List<String> keys() {
        return List.copyOf(images.keySet());
    }

    /** The keys of the snapshots of each image that has some. */
    public Map<String, List<String>> byImage() {
        return images.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue, Collectors.mapping(Map.Entry::getKey, Collectors.toList())));
    }

    /**
     * Deletes a snapshot and what only it still used.
     *
     * @param imageIsThere whether an image is recorded now: as long as it is, all that its snapshots stand on is used
     */
    public void remove(String key, Predicate<String> imageIsThere) {
        if (!KEY.matcher(key).matches()) {
            return;
        }
        String image = images.get(key);
        // The record goes first: files without one are collected at the next start.
        if (image != null) {
            records.removeSnapshot(key);
            images.remove(key);
        }
        sampler.remove(key);
        driver.remove(key);
        if (image != null && !imageIsThere.test(image)) {
            layers.deleteUnused();
            keepOnlyUsed();
        }
    }

    /** What one snapshot's writable layer takes, counted now when the last count is older than that. */
    public SnapshotUsage usage(String key, Duration age) {
        return sampler.notOlderThan(key, age).orElseThrow(() -> none(key));
    }

    /** What one snapshot's writable layer took when it was counted last. */
    public SnapshotUsage lastUsage(String key) {
        return sampler.last(key).orElseThrow(() -> none(key));
    }

    private static ImageException none(String key) {
        return new ImageException(ImageException.Kind.NOT_FOUND, "no snapshot " + Texts.shortened(key));
    }

    /** What all writable layers took when they were counted last; empty when there are none. */
    public Optional<SnapshotUsage> usage() {
        return sampler.total();
    }

    /** Start-up collection: files without a record, records without files. */
    public void collect() {
        Set<String> recorded = Set.copyOf(images.keySet());
        Set<String> present = new HashSet<>(driver.keys());
        present.stream().filter(key -> !recorded.contains(key)).forEach(driver::remove);
        recorded.stream().filter(key -> !present.contains(key)).forEach(key -> {
            sampler.remove(key);
            records.removeSnapshot(key);
            images.remove(key);
        });
        keepOnlyUsed();
    }

    /** Lets go of what the driver keeps for images and snapshots that are gone. */
    public void keepOnlyUsed() {
        driver.keepOnly(records::stacks);
    }

    /** Counts no more. */
    @Override
    public void close() {
        sampler.close();
    }
}
