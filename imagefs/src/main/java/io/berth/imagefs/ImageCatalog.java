package io.berth.imagefs;

import io.berth.imagefs.reference.ImageReference;
import io.berth.imagefs.store.LayerRecord;
import io.berth.imagefs.store.StoredImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The images at one moment, by every name that they answer to. Immutable. */
final class ImageCatalog {
    private static final String ALGORITHM = "sha256:";

    private final List<Image> images;
    private final Map<String, Entry> byId = new HashMap<>();
    private final Map<String, Entry> byName = new HashMap<>();

    private record Entry(Image image, List<LayerRecord> layers) {}

    ImageCatalog(List<StoredImage<ImageConfig>> records, List<LayerRecord> layers, PinnedNames pinned) {
        Map<Long, LayerRecord> layersById =
                layers.stream().collect(Collectors.toMap(LayerRecord::id, Function.identity()));
        List<Image> all = new ArrayList<>();
        for (StoredImage<ImageConfig> record : records) {
            List<LayerRecord> own = record.layerIds().stream()
                    .map(layersById::get)
                    .filter(layer -> layer != null)
                    .toList();
            Image image = image(record, own, pinned);
            Entry entry = new Entry(image, own);
            all.add(image);
            byId.put(image.id(), entry);
            Stream.concat(image.tags().stream(), image.digests().stream()).forEach(name -> byName.put(name, entry));
        }
        images = List.copyOf(all);
    }

    List<Image> images() {
        return images;
    }

    /** By id, by unique prefix of one, by tag or by digest reference. */
    Optional<Image> find(String text) {
        Entry entry = byId.get(text);
        if (entry == null) {
            String name = nameOf(text);
            entry = name == null ? byPrefix(text) : byName.get(name);
        }
        return Optional.ofNullable(entry).map(Entry::image);
    }

    /** The recorded name that a text stands for, or null where it stands for none. */
    @Nullable
    String nameOf(String text) {
        if (byName.containsKey(text)) {
            return text; // as most ask: reading a name takes longer than all else that CreateContainer asks of an image
        }
        ImageReference reference;
        try {
            reference = ImageReference.parse(text);
        } catch (ImageException _) {
            return null;
        }
        String name = reference.digest() == null ? reference.tagged() : reference.withDigest(reference.digest());
        return name != null && byName.containsKey(name) ? name : null;
    }

    /** An image's layers, lowest first. */
    List<LayerRecord> layers(String id) {
        return entry(id).layers();
    }

    private Entry entry(String id) {
        Entry entry = byId.get(id);
        if (entry == null) {
            throw new ImageException(ImageException.Kind.NOT_FOUND, "no image " + id);
        }
        return entry;
    }

    private @Nullable Entry byPrefix(String text) {
        String hex = text.startsWith(ALGORITHM) ? text.substring(ALGORITHM.length()) : text;
        if (!hex.matches("[0-9a-f]{1,64}")) {
            return null;
        }
        List<Entry> found = byId.values().stream()
                .filter(entry -> entry.image().id().startsWith(ALGORITHM + hex))
                .toList();
        if (found.size() > 1) {
            throw new ImageException(
                    ImageException.Kind.AMBIGUOUS,
                    "\"" + text + "\" is the beginning of " + found.size() + " image ids; give more of it");
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private static Image image(StoredImage<ImageConfig> record, List<LayerRecord> layers, PinnedNames pinned) {
        long size = record.configBytes()
                + layers.stream().mapToLong(layer -> layer.usage().bytes()).sum();
        boolean kept = pinned.haveOne(Stream.concat(record.tags().stream(), record.digests().stream()));
        return new Image(
                record.id(),
                record.tags(),
                record.digests(),
                size,
                record.config(),
                record.chainId(),
                kept,
                record.createdAt());
    }
}
