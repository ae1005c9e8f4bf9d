package io.berth.imagefs.pull;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.ImageVerifier;
import io.berth.imagefs.Platform;
import io.berth.imagefs.PullLimits;
import io.berth.imagefs.PullStatistics;
import io.berth.imagefs.content.ChainId;
import io.berth.imagefs.content.ContentDescriptor;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.content.ImageSource;
import io.berth.imagefs.content.MediaTypes;
import io.berth.imagefs.layers.LayerStore;
import io.berth.imagefs.reference.ImageReference;
import io.berth.imagefs.store.ImageRecord;
import io.berth.imagefs.unpack.LayerUnpacker;
import io.berth.kernel.SystemCalls;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes an image from a source to its record: resolve, all layers side by side, commit. Any thread. */
public final class ImagePuller implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImagePuller.class);
    private static final long NANOSECONDS = 1_000_000_000L;

    private final PullCounters counters = new PullCounters();
    private final LayerStore layers;
    private final LayerUnpacker unpacker;
    private final ImageResolver resolver;
    private final ImpliedDirectories implied;
    private final LayerThreads threads;

    public ImagePuller(SystemCalls calls, LayerStore layers, PullLimits limits, Platform platform) {
        this.layers = layers;
        this.unpacker = new LayerUnpacker(calls, limits, layers::wrote);
        this.implied = new ImpliedDirectories(calls);
        this.resolver = new ImageResolver(limits, platform);
        this.threads = new LayerThreads(limits.parallelLayers(), limits.pullTimeout());
    }

    /**
     * What a pull made.
     *
     * @param digest of what the reference names
     * @param content configuration and layers, those as well that were here before
     */
    public record Outcome(String imageId, String digest, List<ContentDescriptor> content) {}

    /**
     * What is to be pulled.
     *
     * @param source closed by the pull, which ends its connections, whatever happens
     * @param key tag or digest to ask the source for
     * @param wanted what the content must be; null where a tag names it
     * @param name what the image will be called
     * @param progress is told how it goes on
     * @param verifier asked before anything is unpacked
     */
    public record Request(
            ImageSource source,
            String key,
            @Nullable Digest wanted,
            ImageReference name,
            PullProgress progress,
            ImageVerifier verifier) {}

    /** Pulls. */
    public Outcome pull(Request request) {
        return counters.count(() -> pullCounted(request));
    }

    /** What has been pulled so far. */
    public PullStatistics statistics() {
        return counters.now();
    }

    private Outcome pullCounted(Request request) {
        ImageReference name = request.name();
        PullProgress progress = request.progress();
        LOG.info("pulling {}", name);
        long start = System.nanoTime();
        try (ImageSource source = request.source()) {
            ResolvedImage image = resolver.resolve(source, request.key(), request.wanted());
            request.verifier()
                    .verify(new ImageVerifier.Subject(
                            name.toString(),
                            image.digest().toString(),
                            image.top().mediaType(),
                            image.top().content()));
            try (LayerStore.Lease lease = layers.lease()) {
                fetchLayers(source, lease, image, progress);
                List<Digest> stack = new ArrayList<>(image.document().diffIds());
                Digest correction = implied.correct(lease, stack);
                if (correction != null) {
                    stack.add(correction);
                }
                lease.commit(record(image, name), stack);
            }
            LOG.info(
                    "pulled {}: {} with {} layers, {} fetched in {} ms",
                    name,
                    image.id(),
                    image.layers().size(),
                    PullProgress.megabytes(progress.came()),
                    (System.nanoTime() - start) / 1_000_000);
            List<ContentDescriptor> content = new ArrayList<>(image.layers());
            content.add(new ContentDescriptor("", image.id(), image.configJson().length, null, ""));
            return new Outcome(image.id().toString(), image.digest().toString(), content);
        } catch (ImageException e) {
            // Why it failed is told to whoever asked for it; this is for a pull that nobody asks for any more.
            LOG.info(
                    "pull of {} ended after {} ms and {}: {}",
                    name,
                    (System.nanoTime() - start) / 1_000_000,
                    PullProgress.megabytes(progress.came()),
                    Thread.currentThread().isInterrupted() ? ImageException.Kind.CANCELLED : e.kind());
            throw e;
        }
    }

    private void fetchLayers(ImageSource source, LayerStore.Lease lease, ResolvedImage image, PullProgress progress) {
        Map<Digest, ContentDescriptor> distinct = new LinkedHashMap<>();
        List<Digest> diffIds = image.document().diffIds();
        for (int i = 0; i < diffIds.size(); i++) {
            distinct.putIfAbsent(diffIds.get(i), image.layers().get(i));
        }
        progress.resolved(
                distinct.size(),
                distinct.values().stream().mapToLong(ContentDescriptor::size).sum());
        LayerThreads.Group group = threads.group(source::close);
        distinct.forEach((diffId, layer) -> group.run(() -> {
            AtomicBoolean fetched = new AtomicBoolean();
            lease.require(
                    diffId,
                    directory -> {
                        fetched.set(true);
                        InputStream blob = progress.counting(open(source, layer), counters::came);
                        return unpacker.unpack(blob, layer, diffId, directory, group::isCancelled);
                    },
                    group::isCancelled);
            if (fetched.get()) {
                progress.unpacked();
            } else {
                progress.found(layer.size());
            }
        }));
        group.await(progress::tick);
    }

    private static InputStream open(ImageSource source, ContentDescriptor layer) {
        try {
            return source.blob(layer);
        } catch (ImageException e) {
            if (e.kind() == ImageException.Kind.NOT_FOUND && MediaTypes.isForeign(layer.mediaType())) {
                throw e.during("layer " + layer.digest() + " is foreign (" + layer.mediaType()
                        + ") and not at the registry; the URLs that a manifest gives are never asked:"
                        + " push the image together with its foreign layers");
            }
            throw e;
        }
    }

    private static ImageRecord record(ResolvedImage image, ImageReference name) {
        Instant now = Instant.now();
        // Beside a digest a tag is a remark: nobody has looked what it stands for.
        String tagged = name.digest() == null ? name.tagged() : null;
        return new ImageRecord(
                image.id().toString(),
                ChainId.of(image.document().diffIds()),
                image.configJson(),
                image.annotations().toJson(),
                List.of(),
                tagged == null ? List.of() : List.of(tagged),
                List.of(name.withDigest(image.digest())),
                now.getEpochSecond() * NANOSECONDS + now.getNano());
    }

    /** Fails the pulls that are under way. */
    @Override
    public void close() {
        threads.close();
    }
}
