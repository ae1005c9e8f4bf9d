package io.berth.imagefs.snapshot;

import io.berth.imagefs.ImageException;
import io.berth.imagefs.SnapshotUsage;
import io.berth.imagefs.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts writable layers beforehand, so that nobody who asks waits for a walk of a file system. One thread,
 * {@code layer-usage}, counts the layer whose count is the oldest, when it is older than {@link #FRESH} while somebody
 * asks, {@link #IDLE} while nobody does, and each layer a first time once it is {@link #NEW} no more. It rests
 * {@link #REST_PER_WORK} times as long as a walk took: layers of millions of files cost at most that share of one
 * processor, and their counts get older instead, which their timestamps say. Any thread.
 */
final class UsageSampler implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(UsageSampler.class);

    /** The age at which a count is renewed while somebody asks. */
    static final Duration FRESH = Duration.ofSeconds(10);

    /** The age at which a count is renewed while nobody asks. */
    static final Duration IDLE = Duration.ofSeconds(60);

    /**
     * Younger layers are those of containers that are just being started, by a daemon that may be just starting, too.
     */
    private static final Duration NEW = Duration.ofSeconds(5);

    private static final int REST_PER_WORK = 19;
    private static final long LONGEST_REST = Duration.ofSeconds(60).toNanos();
    private static final long ASKED_LATELY = Duration.ofSeconds(60).toNanos();
    private static final long PAUSE_MILLISECONDS = 500;
    private static final long CLOSE_MILLISECONDS = 2_000;
    private static final long NANOSECONDS = 1_000_000_000L;

    private final Function<String, Usage> count;
    private final Map<String, Layer> layers = new ConcurrentHashMap<>();
    private volatile long lastAsked;
    private volatile boolean asked;
    private volatile boolean closed;
    private @Nullable Thread thread;

    /** One layer; its monitor is held by whoever counts it. */
    private static final class Layer {
        final String key;
        final long addedAt = System.nanoTime();
        volatile @Nullable Counted counted;
        volatile long failedAt;
        volatile boolean failed;

        Layer(String key) {
            this.key = key;
        }
    }

    private record Counted(SnapshotUsage usage, long at) {}

    /** @param count walks the layer of that key; ImageException when it cannot */
    UsageSampler(Function<String, Usage> count) {
        this.count = count;
    }

    /** A layer that is there from now on. */
    void add(String key) {
        layers.putIfAbsent(key, new Layer(key));
        begin();
    }

    void addAll(Collection<String> keys) {
        keys.forEach(key -> layers.putIfAbsent(key, new Layer(key)));
        if (!keys.isEmpty()) {
            begin();
        }
    }

    void remove(String key) {
        layers.remove(key);
    }

    /** The last count of a layer, counted now where there is none; empty for a layer that is not there. */
    Optional<SnapshotUsage> last(String key) {
        return atMost(key, Long.MAX_VALUE);
    }

    /** A count of a layer that is not older than that, counted now where it must be; empty as above. */
    Optional<SnapshotUsage> notOlderThan(String key, Duration age) {
        return atMost(key, age.toNanos());
    }

    private Optional<SnapshotUsage> atMost(String key, long age) {
        lastAsked = System.nanoTime();
        asked = true;
        Layer layer = layers.get(key);
        return layer == null ? Optional.empty() : Optional.of(usage(layer, age).usage());
    }

    /** All layers together, with the time of the oldest count; empty without layers. */
    Optional<SnapshotUsage> total() {
        Usage total = Usage.NONE;
        long oldest = Long.MAX_VALUE;
        for (Layer layer : layers.values()) {
            try {
                SnapshotUsage usage = usage(layer, Long.MAX_VALUE).usage();
                total = total.plus(usage.usage());
                oldest = Math.min(oldest, usage.timestamp());
            } catch (ImageException failure) {
                if (layers.get(layer.key) == layer) {
                    throw failure;
                }
            }
        }
        return oldest == Long.MAX_VALUE ? Optional.empty() : Optional.of(new SnapshotUsage(total, oldest));
    }

    private Counted usage(Layer layer, long age) {
        Counted known = layer.counted;
        if (known != null && System.nanoTime() - known.at() < age) {
            return known;
        }
        long wanted = System.nanoTime();
        synchronized (layer) {
            known = layer.counted;
            // Somebody else may have counted while this thread waited for its turn.
            if (known != null && known.at() >= wanted) {
                return known;
            }
            long at = System.nanoTime();
            Instant now = Instant.now();
            Counted counted = new Counted(
                    new SnapshotUsage(count.apply(layer.key), now.getEpochSecond() * NANOSECONDS + now.getNano()), at);
            layer.counted = counted;
            return counted;
        }
    }

    private synchronized void begin() {
        if (thread == null && !closed) {
            Thread made = new Thread(this::run, "layer-usage");
            made.setDaemon(true);
            made.start();
            thread = made;
        }
    }

    private void run() {
        try {
            while (!closed) {
                long pause = PAUSE_MILLISECONDS * 1_000_000;
                Layer next = oldest();
                if (next != null) {
                    long began = System.nanoTime();
                    renew(next);
                    pause = Math.min((System.nanoTime() - began) * REST_PER_WORK, LONGEST_REST);
                }
                Thread.sleep(Duration.ofNanos(pause));
            }
        } catch (InterruptedException closing) {
            LOGGER.debug("Counts no more layers");
        }
    }

    private void renew(Layer layer) {
        try {
            usage(layer, 0);
        } catch (RuntimeException failure) {
            if (layers.get(layer.key) == layer) {
                LOGGER.atWarn()
                        .addKeyValue("container", layer.key)
                        .log("Cannot count its writable layer: {}", failure.getMessage());
                // Not again and again; what was known stays, with its timestamp.
                layer.failedAt = System.nanoTime();
                layer.failed = true;
            }
        }
    }

    /** The layer whose count is the oldest, if that is old enough. */
    private @Nullable Layer oldest() {
        long now = System.nanoTime();
        boolean lately = asked && now - lastAsked < ASKED_LATELY;
        long age = (lately ? FRESH : IDLE).toNanos();
        Layer oldest = null;
        for (Layer layer : layers.values()) {
            if (layer.failed && now - layer.failedAt < IDLE.toNanos()) {
                continue;
            }
            Counted counted = layer.counted;
            if (counted == null) {
                if (now - layer.addedAt < NEW.toNanos()) {
                    continue;
                }
                return layer;
            }
            if (now - counted.at() > age) {
                age = now - counted.at();
                oldest = layer;
            }
        }
        return oldest;
    }

    @Override
    public void close() {
        closed = true;
        Thread running;
        synchronized (this) {
            running = thread;
            thread = null;
        }
        if (running != null) {
            running.interrupt();
            try {
                running.join(CLOSE_MILLISECONDS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
