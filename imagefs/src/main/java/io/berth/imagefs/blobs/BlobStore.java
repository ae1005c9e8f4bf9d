package io.berth.imagefs.blobs;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.layers.StoreDirectories;
import io.berth.imagefs.store.ImageRecords;
import io.berth.kernel.SystemCallException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Manifests, configurations and packed layers by their digests, in {@code blobs/sha256} as an OCI image layout has
 * them. They only save the network: an image does without, and one that is not here is fetched. Each stays as long as
 * an image that it belongs to. Any thread.
 */
public final class BlobStore {
    private static final Logger LOG = LoggerFactory.getLogger(BlobStore.class);
    private static final String AREA = "blobs/sha256";
    private static final String ALGORITHM = "sha256";
    private static final long BLOCK = 4096;

    private final StoreDirectories directories;
    private final ImageRecords records;
    private final boolean keeping;
    /** Sizes by hexadecimal digest. */
    private final Map<String, Long> kept = new HashMap<>();

    /**
     * Looks what there is.
     *
     * @param keeping whether more is to be kept; what there is stays with its images anyway
     */
    public BlobStore(StoreDirectories directories, ImageRecords records, boolean keeping) {
        this.directories = directories;
        this.records = records;
        this.keeping = keeping;
        Path area = directories.root().resolve(AREA);
        try {
            if (keeping) {
                Files.createDirectories(area);
            }
            if (Files.isDirectory(area)) {
                for (String name : directories.names(AREA)) {
                    kept.put(name, Files.size(area.resolve(name)));
                }
            }
        } catch (IOException e) {
            throw new ImageException(ImageException.Kind.STORAGE, "looking into " + area + ": " + e.getMessage(), e);
        }
    }

    /** Whether blobs are kept, or some are here from a time when they were. */
    public synchronized boolean isInUse() {
        return keeping || !kept.isEmpty();
    }

    /** Whether more is to be kept. */
    boolean isKeeping() {
        return keeping;
    }

    /** Opens what is here; empty where it is not, or has another size. */
    Optional<InputStream> open(Digest digest, long size) {
        synchronized (this) {
            if (!digest.algorithm().equals(ALGORITHM) || !Long.valueOf(size).equals(kept.get(digest.hex()))) {
                return Optional.empty();
            }
        }
        return open(digest);
    }

    /** Reads a small one that is here. */
    Optional<byte[]> read(Digest digest, long largest) {
        synchronized (this) {
            Long size = digest.algorithm().equals(ALGORITHM) ? kept.get(digest.hex()) : null;
            if (size == null || size > largest) {
                return Optional.empty();
            }
        }
        return open(digest).flatMap(stream -> {
            try (stream) {
                byte[] content = stream.readAllBytes();
                if (digest.matches(content)) {
                    return Optional.of(content);
                }
                LOG.warn("the kept {} is broken, and thrown away", digest);
                forget(Set.of(digest));
                return Optional.empty();
            } catch (IOException e) {
                LOG.warn("reading the kept {}: {}", digest, e.toString());
                return Optional.empty();
            }
        });
    }

    private Optional<InputStream> open(Digest digest) {
        try {
            return Optional.of(Files.newInputStream(directories.path(AREA, digest.hex())));
        } catch (IOException e) {
            LOG.warn("opening the kept {}: {}", digest, e.toString());
            return Optional.empty();
        }
    }

    /** Begins a file for something that comes; one that is never {@link #commit}ted is its maker's to discard. */
    Incoming begin() throws IOException {
        String name = directories.makeIncoming();
        return new Incoming(
                name, directories.path(StoreDirectories.INCOMING, name).resolve("blob"));
    }

    /** A file on its way. */
    record Incoming(String directory, Path file) {}

    /** Gives files their places; they are on the disk by then. Returns without one that could not be kept. */
    synchronized void commit(String imageId, List<ContentDescriptor> belonging, Map<Digest, Incoming> files) {
        try {
            if (!files.isEmpty()) {
                directories.sync();
            }
            for (Map.Entry<Digest, Incoming> file : files.entrySet()) {
                String hex = file.getKey().hex();
                if (!kept.containsKey(hex)) {
                    long size = Files.size(file.getValue().file());
                    Files.move(file.getValue().file(), directories.path(AREA, hex));
                    kept.put(hex, size);
                }
            }
            Map<String, Long> sizes = new TreeMap<>();
            belonging.forEach(blob -> sizes.put(blob.digest().toString(), blob.size()));
            records.keepBlobs(imageId, sizes.keySet());
        } catch (IOException | SystemCallException | ImageException e) {
            LOG.warn("keeping the blobs of {}: {}", imageId, e.toString());
        }
    }

    /** Throws files on their way away, with what is left of those that were committed. */
    void discard(Iterable<Incoming> files) {
        List<@Nullable String> discarded = new ArrayList<>();
        files.forEach(file -> discarded.add(directories.discard(StoreDirectories.INCOMING, file.directory())));
        directories.delete(discarded);
    }

    /** Deletes blobs that proved to be no good. */
    synchronized void forget(Set<Digest> digests) {
        digests.forEach(digest -> remove(digest.hex()));
    }

    /** Deletes what belongs to no image any more. */
    public synchronized void deleteUnused() {
        if (!kept.isEmpty()) {
            Set<String> wanted = records.keptBlobs();
            List.copyOf(kept.keySet()).stream()
                    .filter(hex -> !wanted.contains(ALGORITHM + ":" + hex))
                    .forEach(this::remove);
        }
    }

    private void remove(String hex) {
        if (kept.remove(hex) != null) {
            List<@Nullable String> discarded = new ArrayList<>();
            discarded.add(directories.discard(AREA, hex));
            directories.delete(discarded);
        }
    }

    /** What they take on disk, bytes. */
    public synchronized long bytes() {
        return kept.values().stream()
                .mapToLong(size -> (size + BLOCK - 1) / BLOCK * BLOCK)
                .sum();
    }

    /** How many there are. */
    public synchronized long count() {
        return kept.size();
    }
}
