package io.berth.imagefs.layers;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.content.Digest;
import io.berth.imagefs.store.ImageRecord;
import io.berth.imagefs.store.ImageRecords;
import io.berth.imagefs.store.LayerRecord;
import io.berth.imagefs.unpack.StorageFailures;
import io.berth.imagefs.unpack.UnpackedLayer;
import io.berth.kernel.Descriptor;
import io.berth.kernel.SystemCallException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The layers on disk, each once, whatever images it belongs to: a layer's files do not depend on what lies below it, so
 * its diff ID is its key. Pulls hold layers by a {@link Lease} until an image's record does; what neither record,
 * snapshot nor lease holds is deleted. Any thread; what takes long is done without the lock.
 */
public final class LayerStore {
    private static final long WAIT_MILLISECONDS = 200;

    private final StoreDirectories directories;
    private final ImageRecords records;
    private final Map<Digest, CountDownLatch> underWay = new HashMap<>();
    private final Map<Digest, StagedLayer> staged = new HashMap<>();
    private final Map<Long, Integer> pins = new HashMap<>();
    private long lastId;

    public LayerStore(StoreDirectories directories, ImageRecords records) {
        this.directories = directories;
        this.records = records;
        this.lastId = records.layers().stream().mapToLong(LayerRecord::id).max().orElse(0);
        for (String name : directories.names(StoreDirectories.LAYERS)) {
            lastId = Math.max(lastId, idOf(name));
        }
    }

    /** Tells that so many bytes of a layer have been written. */
    public void wrote(long bytes) {
        directories.wrote(bytes);
    }

    /** Holds layers for one pull. */
    public Lease lease() {
        return new Lease();
    }

    /** Runs something that makes or ends uses of layers, with nothing collected meanwhile. Short work only. */
    public synchronized <T> T whileKept(Supplier<T> work) {
        return work.get();
    }

    /** Deletes the layers that nothing uses any more. */
    public void deleteUnused() {
        List<@Nullable String> discarded = new ArrayList<>();
        synchronized (this) {
            List<Long> unused = records.unusedLayers().stream()
                    .filter(id -> !pins.containsKey(id))
                    .toList();
            if (!unused.isEmpty()) {
                // The record goes first: a directory without one is collected at the next start, not the other way
                // round.
                records.removeLayers(unused);
                unused.forEach(id -> discarded.add(directories.discard(StoreDirectories.LAYERS, Long.toString(id))));
            }
        }
        if (!discarded.isEmpty()) {
            directories.delete(discarded);
        }
    }

    /** Start-up collection: half layers, layers without a record, layers without a use. No pull may be under way. */
    public void collect() {
        synchronized (this) {
            directories
                    .names(StoreDirectories.INCOMING)
                    .forEach(name -> directories.discard(StoreDirectories.INCOMING, name));
            Set<String> recorded = records.layers().stream()
                    .map(layer -> Long.toString(layer.id()))
                    .collect(Collectors.toSet());
            for (String name : directories.names(StoreDirectories.LAYERS)) {
                if (!recorded.contains(name)) {
                    directories.discard(StoreDirectories.LAYERS, name);
                }
            }
        }
        deleteUnused();
        directories.emptyTrash();
    }

    private static long idOf(String name) {
        return name.matches("[0-9]{1,18}") ? Long.parseLong(name) : 0;
    }

    /**
     * The layers that one pull holds. Its methods may be called from several threads; {@link #close} after they are
     * done.
     */
    public final class Lease implements AutoCloseable {
        private final List<StagedLayer> held = new ArrayList<>();
        private final List<Long> pinned = new ArrayList<>();

        private Lease() {}

        /**
         * Makes sure that a layer is here: finds it, waits for another pull that is fetching it, or fetches it.
         *
         * @param unpacker fills an empty directory
         * @param cancelled asked now and then
         */
        public void require(Digest diffId, Function<Descriptor, UnpackedLayer> unpacker, BooleanSupplier cancelled) {
            while (true) {
                CountDownLatch other;
                synchronized (LayerStore.this) {
                    if (take(diffId)) {
                        return;
                    }
                    other = underWay.get(diffId);
                    if (other == null) {
                        underWay.put(diffId, new CountDownLatch(1));
                        break;
                    }
                }
                await(other, cancelled);
            }
            fetch(diffId, unpacker);
        }

        /** Records an image on layers that are all held here; on return it is durable. */
        public void commit(ImageRecord unlayered, List<Digest> diffIds) {
            try {
                if (anyUncommitted()) {
                    directories.sync();
                }
                synchronized (LayerStore.this) {
                    List<LayerRecord> fresh = place();
                    List<Long> ids = diffIds.stream().map(this::idOf).toList();
                    records.add(withLayers(unlayered, ids), fresh);
                    settle();
                }
            } catch (SystemCallException e) {
                throw StorageFailures.of("keeping the layers of " + unlayered.id(), e);
            }
        }

        /** Opens a layer that is held here; the caller closes it. */
        public Descriptor open(Digest diffId) {
            synchronized (LayerStore.this) {
                StagedLayer ready = stagedHere(diffId);
                return ready != null && ready.id == 0
                        ? directories.open(StoreDirectories.INCOMING, ready.incoming)
                        : directories.open(StoreDirectories.LAYERS, Long.toString(idOf(diffId)));
            }
        }

        /** The directories of a layer held here whose owners and modes are made up. */
        public List<String> impliedDirectories(Digest diffId) {
            synchronized (LayerStore.this) {
                StagedLayer ready = stagedHere(diffId);
                return ready != null
                        ? ready.content.impliedDirectories()
                        : records.layer(diffId).orElseThrow().impliedDirectories();
            }
        }

        private @Nullable StagedLayer stagedHere(Digest diffId) {
            return held.stream()
                    .filter(layer -> layer.diffId.equals(diffId))
                    .findFirst()
                    .orElse(null);
        }

        private boolean take(Digest diffId) {
            StagedLayer ready = staged.get(diffId);
            if (ready != null) {
                ready.holders++;
                held.add(ready);
                return true;
            }
            Optional<LayerRecord> recorded = records.layer(diffId);
            recorded.ifPresent(layer -> pin(layer.id(), 1));
            recorded.ifPresent(layer -> pinned.add(layer.id()));
            return recorded.isPresent();
        }

        private void fetch(Digest diffId, Function<Descriptor, UnpackedLayer> unpacker) {
            String incoming = null;
            StagedLayer layer = null;
            try {
                incoming = directories.makeIncoming();
                try (Descriptor directory = directories.open(StoreDirectories.INCOMING, incoming)) {
                    layer = new StagedLayer(diffId, incoming, unpacker.apply(directory));
                }
            } catch (SystemCallException e) {
                throw StorageFailures.of("unpacking a layer", e);
            } finally {
                finish(diffId, layer);
                if (layer == null && incoming != null) {
                    directories.delete(
                            Collections.singletonList(directories.discard(StoreDirectories.INCOMING, incoming)));
                }
            }
        }

        private void finish(Digest diffId, @Nullable StagedLayer layer) {
            synchronized (LayerStore.this) {
                if (layer != null) {
                    layer.holders = 1;
                    held.add(layer);
                    staged.put(diffId, layer);
                }
                CountDownLatch latch = underWay.remove(diffId);
                if (latch != null) {
                    latch.countDown();
                }
            }
        }

        private void await(CountDownLatch other, BooleanSupplier cancelled) {
            try {
                while (!other.await(WAIT_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                    if (cancelled.getAsBoolean()) {
                        throw new ImageException(ImageException.Kind.CANCELLED, "cancelled");
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ImageException(ImageException.Kind.CANCELLED, "interrupted", e);
            }
        }

        private boolean anyUncommitted() {
            synchronized (LayerStore.this) {
                return held.stream().anyMatch(layer -> layer.id == 0);
            }
        }

        /** Gives staged layers their places; they count only when {@link #settle} is reached. */
        private List<LayerRecord> place() {
            List<LayerRecord> fresh = new ArrayList<>();
            for (StagedLayer layer : held) {
                if (!staged.containsValue(layer)) {
                    continue;
                }
                if (layer.id == 0) {
                    long id = lastId + 1;
                    directories.commit(layer.incoming, StoreDirectories.LAYERS, Long.toString(id));
                    lastId = id;
                    layer.id = id;
                }
                fresh.add(new LayerRecord(
                        layer.id,
                        layer.diffId,
                        layer.content.usage(),
                        layer.content.opaqueRoot(),
                        layer.content.impliedDirectories()));
            }
            if (!fresh.isEmpty()) {
                directories.syncNames(StoreDirectories.LAYERS);
            }
            return fresh;
        }

        private void settle() {
            for (StagedLayer layer : held) {
                if (staged.remove(layer.diffId, layer)) {
                    pin(layer.id, layer.holders);
                }
            }
        }

        private long idOf(Digest diffId) {
            StagedLayer ready = stagedHere(diffId);
            return ready != null
                    ? ready.id
                    : records.layer(diffId).orElseThrow().id();
        }

        private static ImageRecord withLayers(ImageRecord image, List<Long> ids) {
            return new ImageRecord(
                    image.id(),
                    image.chainId(),
                    image.configJson(),
                    image.annotations(),
                    ids,
                    image.tags(),
                    image.digests(),
                    image.createdAt());
        }

        /** Lets go. What only this lease held is deleted. */
        @Override
        public void close() {
            List<@Nullable String> discarded = new ArrayList<>();
            synchronized (LayerStore.this) {
                for (StagedLayer layer : held) {
                    if (!staged.containsValue(layer)) {
                        pin(layer.id, -1);
                    } else if (--layer.holders == 0) {
                        staged.remove(layer.diffId);
                        discarded.add(
                                layer.id == 0
                                        ? directories.discard(StoreDirectories.INCOMING, layer.incoming)
                                        : directories.discard(StoreDirectories.LAYERS, Long.toString(layer.id)));
                    }
                }
                pinned.forEach(id -> pin(id, -1));
                held.clear();
                pinned.clear();
            }
            if (!discarded.isEmpty()) {
                directories.delete(discarded);
            }
            deleteUnused();
        }
    }

    private void pin(long id, int change) {
        pins.merge(id, change, (before, more) -> before + more == 0 ? null : before + more);
    }
}
