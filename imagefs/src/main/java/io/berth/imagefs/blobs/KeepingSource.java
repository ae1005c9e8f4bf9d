package io.berth.imagefs.blobs;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.ImageSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source of which a copy is kept, and that gives what was kept before without asking the other. What it kept counts
 * only when the pull has verified it all and {@link #commit} is called. One pull, several threads.
 */
public final class KeepingSource implements ImageSource {
    private static final Logger LOG = LoggerFactory.getLogger(KeepingSource.class);

    private final ImageSource source;
    private final BlobStore store;
    private final long largestManifest;
    private final Map<Digest, BlobStore.Incoming> arriving = new HashMap<>();
    private final List<ContentDescriptor> documents = new ArrayList<>();
    private final Set<Digest> reused = new HashSet<>();

    public KeepingSource(ImageSource source, BlobStore store, long largestManifest) {
        this.source = source;
        this.store = store;
        this.largestManifest = largestManifest;
    }

    @Override
    public FetchedManifest manifest(String tagOrDigest) {
        if (tagOrDigest.indexOf(':') >= 0) {
            Digest digest = Digest.parse(tagOrDigest);
            Optional<byte[]> kept = store.read(digest, largestManifest);
            if (kept.isPresent()) {
                remember(digest, kept.get());
                return new FetchedManifest(kept.get(), "");
            }
        }
        FetchedManifest fetched = source.manifest(tagOrDigest);
        Digest digest = Digest.of(fetched.content());
        remember(digest, fetched.content());
        keep(digest, fetched.content());
        return fetched;
    }

    private synchronized void remember(Digest digest, byte[] content) {
        documents.add(new ContentDescriptor("", digest, content.length, null, ""));
    }

    @Override
    public InputStream blob(ContentDescriptor descriptor) {
        Optional<InputStream> kept = store.open(descriptor.digest(), descriptor.size());
        if (kept.isPresent()) {
            synchronized (this) {
                reused.add(descriptor.digest());
            }
            return kept.get();
        }
        InputStream stream = source.blob(descriptor);
        if (!store.isKeeping()) {
            return stream;
        }
        try {
            return new Copied(stream, begin(descriptor.digest()).file());
        } catch (IOException e) {
            LOG.warn("{} is not kept: {}", descriptor.digest(), e.toString());
            return stream;
        }
    }

    private void keep(Digest digest, byte[] content) {
        if (store.isKeeping()) {
            try {
                Files.write(begin(digest).file(), content);
            } catch (IOException e) {
                LOG.warn("{} is not kept: {}", digest, e.toString());
            }
        }
    }

    private synchronized BlobStore.Incoming begin(Digest digest) throws IOException {
        BlobStore.Incoming known = arriving.get(digest);
        if (known == null) {
            known = store.begin();
            arriving.put(digest, known);
        }
        return known;
    }

    /**
     * Keeps what came, for an image that is recorded.
     *
     * @param content its configuration and layers, those as well that were here before
     */
    public synchronized void commit(String imageId, List<ContentDescriptor> content) {
        List<ContentDescriptor> belonging = new ArrayList<>(content);
        belonging.addAll(documents);
        Map<Digest, BlobStore.Incoming> whole = new HashMap<>();
        arriving.forEach((digest, file) -> {
            boolean right =
                    belonging.stream().anyMatch(blob -> blob.digest().equals(digest) && sizeOf(file) == blob.size());
            if (right && digest.algorithm().equals("sha256")) {
                whole.put(digest, file);
            }
        });
        store.commit(imageId, belonging, whole);
    }

    private static long sizeOf(BlobStore.Incoming file) {
        try {
            return Files.size(file.file());
        } catch (IOException _) {
            return -1;
        }
    }

    /** Throws away what was not committed; to be called in any case. */
    public synchronized void discard() {
        if (!arriving.isEmpty()) {
            store.discard(arriving.values());
            arriving.clear();
        }
    }

    /**
     * After a failure: deletes what was kept before and may be to blame for it.
     *
     * @return whether there was something, so that another try is worth it
     */
    public synchronized boolean distrust(ImageException failure) {
        boolean toBlame = switch (failure.kind()) {
            case CORRUPT_CONTENT, INVALID_CONTENT -> !reused.isEmpty();
            default -> false;
        };
        if (toBlame) {
            LOG.warn("blobs that were kept are thrown away, as one of them is broken: {}", failure.getMessage());
            store.forget(reused);
            reused.clear();
        }
        return toBlame;
    }

    @Override
    public void close() {
        source.close();
    }
}
