package io.berth.imagefs.store;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.Usage;
import io.berth.imagefs.content.Digest;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The records of images, layers and snapshots. Images and layers are durable when a method returns; snapshots survive
 * the daemon but may be lost in a power cut, with the containers that they were for. Any thread.
 */
public final class ImageRecords implements AutoCloseable {
    private static final String LAYER_COLUMNS =
            "l.id, l.diff_id, l.bytes, l.inodes, l.opaque_root, l.implied_directories";

    private final Database durable;
    private final Database quick;
    private final SpaceReserve reserve;

    private ImageRecords(Database durable, Database quick, SpaceReserve reserve) {
        this.durable = durable;
        this.quick = quick;
        this.reserve = reserve;
    }

    public static ImageRecords open(Path file) {
        Database durable = Database.open(file, true);
        try {
            Schema.prepare(durable);
            return new ImageRecords(durable, Database.open(file, false), SpaceReserve.beside(file));
        } catch (RuntimeException e) {
            durable.close();
            throw e;
        }
    }

    /**
     * All images with their names and layers, one configuration after the other in memory.
     *
     * @param reader reads a configuration
     */
    public <C> List<StoredImage<C>> images(Function<byte[], C> reader) {
        Map<String, List<Long>> layers = layerIds("SELECT image_id, layer_id FROM image_layers ORDER BY position");
        Map<String, List<String>> tags =
                names("SELECT image_id, name FROM image_names WHERE by_digest = 0 ORDER BY name");
        Map<String, List<String>> digests =
                names("SELECT image_id, name FROM image_names WHERE by_digest = 1 ORDER BY name");
        return durable.query("SELECT id, chain_id, config, created_at FROM images ORDER BY created_at", row -> {
            String id = row.getString(1);
            byte[] json = row.getBytes(3);
            return new StoredImage<>(
                    id,
                    row.getString(2),
                    reader.apply(json),
                    json.length,
                    layers.getOrDefault(id, List.of()),
                    tags.getOrDefault(id, List.of()),
                    digests.getOrDefault(id, List.of()),
                    row.getLong(4));
        });
    }

    /** An image's configuration as it came. */
    public Optional<byte[]> configJson(String imageId) {
        return quick.query("SELECT config FROM images WHERE id = ?", row -> row.getBytes(1), imageId).stream()
                .findFirst();
    }

    /** An image's annotations (JSON); empty where it has none. */
    public String annotations(String imageId) {
        return quick
                .query("SELECT json FROM image_annotations WHERE image_id = ?", row -> row.getString(1), imageId)
                .stream()
                .findFirst()
                .orElse("");
    }

    /** Records an image with layers that are new, and gives it its names, taking them from whichever image had them. */
    public void add(ImageRecord image, List<LayerRecord> newLayers) {
        durable.transaction(() -> {
            for (LayerRecord layer : newLayers) {
                durable.update(
                        "INSERT INTO layers (id, diff_id, bytes, inodes, opaque_root, implied_directories)"
                                + " VALUES (?, ?, ?, ?, ?, ?)",
                        layer.id(),
                        layer.diffId().toString(),
                        layer.usage().bytes(),
                        layer.usage().inodes(),
                        layer.opaqueRoot() ? 1 : 0,
                        PathList.encode(layer.impliedDirectories()));
            }
            int added = durable.update(
                    "INSERT OR IGNORE INTO images (id, chain_id, config, created_at) VALUES (?, ?, ?, ?)",
                    image.id(),
                    image.chainId(),
                    image.configJson(),
                    image.createdAt());
            for (int position = 0; added > 0 && position < image.layerIds().size(); position++) {
                durable.update(
                        "INSERT INTO image_layers (image_id, position, layer_id) VALUES (?, ?, ?)",
                        image.id(),
                        position,
                        image.layerIds().get(position));
            }
            durable.update("DELETE FROM image_annotations WHERE image_id = ?", image.id());
            if (!image.annotations().isEmpty()) {
                durable.update(
                        "INSERT INTO image_annotations (image_id, json) VALUES (?, ?)",
                        image.id(),
                        image.annotations());
            }
            image.tags().forEach(tag -> name(tag, 0, image.id()));
            image.digests().forEach(digest -> name(digest, 1, image.id()));
        });
    }

    /** Says which kept blobs belong to an image, whether they are here or not. */
    public void keepBlobs(String imageId, Set<String> digests) {
        durable.transaction(() -> {
            durable.update("DELETE FROM image_blobs WHERE image_id = ?", imageId);
            digests.forEach(digest ->
                    durable.update("INSERT INTO image_blobs (image_id, digest) VALUES (?, ?)", imageId, digest));
        });
    }

    /** The digests of all blobs that belong to an image. */
    public Set<String> keptBlobs() {
        return Set.copyOf(durable.query("SELECT DISTINCT digest FROM image_blobs", row -> row.getString(1)));
    }

    /** Takes one name away. */
    public void removeName(String name) {
        freeing(() -> durable.update("DELETE FROM image_names WHERE name = ?", name));
    }

    /** Takes an image's record away, with its names. */
    public void removeImage(String id) {
        freeing(() -> durable.update("DELETE FROM images WHERE id = ?", id));
    }

    public List<LayerRecord> layers() {
        return durable.query("SELECT " + LAYER_COLUMNS + " FROM layers l", ImageRecords::layer);
    }

    public Optional<LayerRecord> layer(Digest diffId) {
        return durable
                .query(
                        "SELECT " + LAYER_COLUMNS + " FROM layers l WHERE diff_id = ?",
                        ImageRecords::layer,
                        diffId.toString())
                .stream()
                .findFirst();
    }

    /** An image's layers, lowest first. */
    public List<LayerRecord> layersOfImage(String imageId) {
        return quick.query(
                "SELECT " + LAYER_COLUMNS + " FROM image_layers i JOIN layers l ON l.id = i.layer_id"
                        + " WHERE i.image_id = ? ORDER BY i.position",
                ImageRecords::layer,
                imageId);
    }

    /** Layers that neither an image nor a snapshot uses. */
    public List<Long> unusedLayers() {
        Set<Long> used = snapshotStacks().flatMap(List::stream).collect(Collectors.toSet());
        return durable
                .query(
                        "SELECT id FROM layers l WHERE NOT EXISTS (SELECT 1 FROM image_layers i WHERE i.layer_id = l.id)",
                        row -> row.getLong(1))
                .stream()
                .filter(id -> !used.contains(id))
                .toList();
    }

    public void removeLayers(List<Long> ids) {
        freeing(() ->
                durable.transaction(() -> ids.forEach(id -> durable.update("DELETE FROM layers WHERE id = ?", id))));
    }

    /** The keys of all snapshots, oldest first, each with the id of the image that it was made from. */
    public Map<String, String> snapshots() {
        Map<String, String> images = new LinkedHashMap<>();
        quick.query(
                        "SELECT key, image_id FROM snapshots ORDER BY created_at",
                        row -> new Pair<>(row.getString(1), row.getString(2)))
                .forEach(snapshot -> images.put(snapshot.key(), snapshot.value()));
        return images;
    }

    /** A snapshot's layers, lowest first. */
    public List<LayerRecord> layersOfSnapshot(String key) {
        Map<Long, LayerRecord> byId = layersById();
        return quick.query("SELECT layer_ids FROM snapshots WHERE key = ?", row -> row.getString(1), key).stream()
                .flatMap(ids -> recorded(IdList.decode(ids), byId).stream())
                .toList();
    }

    /** The layers of each image and of each snapshot, lowest first. */
    public List<List<LayerRecord>> stacks() {
        Map<Long, LayerRecord> byId = layersById();
        Map<String, List<Long>> images = layerIds("SELECT image_id, layer_id FROM image_layers ORDER BY position");
        return Stream.concat(images.values().stream(), snapshotStacks())
                .distinct()
                .map(ids -> recorded(ids, byId))
                .toList();
    }

    /**
     * Records a snapshot.
     *
     * @param layerIds of the layers that it stands on, lowest first
     */
    public void addSnapshot(String key, String imageId, List<Long> layerIds, long createdAt) {
        quick.update(
                "INSERT INTO snapshots (key, image_id, created_at, layer_ids) VALUES (?, ?, ?, ?)",
                key,
                imageId,
                createdAt,
                IdList.encode(layerIds));
    }

    public void removeSnapshot(String key) {
        freeing(() -> quick.update("DELETE FROM snapshots WHERE key = ?", key));
    }

    /** A removal must be possible on a full disk: what is set aside is used for it. */
    private void freeing(Runnable removal) {
        try {
            removal.run();
        } catch (ImageException e) {
            if (e.kind() != ImageException.Kind.NO_SPACE || !reserve.release()) {
                throw e;
            }
            removal.run();
            return;
        }
        reserve.fill();
    }

    private void name(String name, int byDigest, String imageId) {
        durable.update(
                "INSERT INTO image_names (name, by_digest, image_id) VALUES (?, ?, ?)"
                        + " ON CONFLICT (name) DO UPDATE SET image_id = excluded.image_id",
                name,
                byDigest,
                imageId);
    }

    private static LayerRecord layer(ResultSet row) throws SQLException {
        return new LayerRecord(
                row.getLong(1),
                Digest.parse(row.getString(2)),
                new Usage(row.getLong(3), row.getLong(4)),
                row.getInt(5) != 0,
                PathList.decode(row.getString(6)));
    }

    private Map<Long, LayerRecord> layersById() {
        return layers().stream().collect(Collectors.toMap(LayerRecord::id, layer -> layer));
    }

    private static List<LayerRecord> recorded(List<Long> ids, Map<Long, LayerRecord> byId) {
        return ids.stream().map(byId::get).filter(layer -> layer != null).toList();
    }

    /** What snapshots stand on: most of them on the same as others. */
    private Stream<List<Long>> snapshotStacks() {
        return quick.query("SELECT DISTINCT layer_ids FROM snapshots", row -> row.getString(1)).stream()
                .map(IdList::decode);
    }

    private record Pair<T>(String key, T value) {}

    private Map<String, List<Long>> layerIds(String sql) {
        return durable.query(sql, row -> new Pair<>(row.getString(1), row.getLong(2))).stream()
                .collect(Collectors.groupingBy(Pair::key, Collectors.mapping(Pair::value, Collectors.toList())));
    }

    private Map<String, List<String>> names(String sql) {
        return durable.query(sql, row -> new Pair<>(row.getString(1), row.getString(2))).stream()
                .collect(Collectors.groupingBy(Pair::key, Collectors.mapping(Pair::value, Collectors.toList())));
    }

    @Override
    public void close() {
        quick.close();
        durable.close();
    }
}
