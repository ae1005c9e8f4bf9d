package io.berth.imagefs.pull;

import io.berth.imagefs.RunningPull;
import io.berth.imagefs.content.PieceSource;
import io.berth.imagefs.content.PieceStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far one pull has come; tells the log of it now and then. Any thread, {@link #tick} for one. */
public final class PullProgress {
    private static final Logger LOG = LoggerFactory.getLogger(PullProgress.class);
    private static final long LOG_NANOSECONDS = TimeUnit.SECONDS.toNanos(10);
    private static final double SECOND = 1e9;
    /** What the newest second counts in the rate. */
    private static final double WEIGHT = 0.4;

    private final String reference;
    private final long start = System.nanoTime();
    private final LongAdder bytesDone = new LongAdder();
    private int layers;
    private int layersDone;
    private long bytes;
    private long bytesAtTick;
    private long lastTick = start;
    private long lastLog = start;
    private double rate = -1;

    public PullProgress(String reference) {
        this.reference = reference;
    }

    /** It is known now what there is to be fetched. */
    synchronized void resolved(int layerCount, long byteCount) {
        layers = layerCount;
        bytes = byteCount;
    }

    /** A layer was here before, or came by another pull. */
    synchronized void found(long size) {
        layersDone++;
        bytes -= size;
    }

    /** A layer is unpacked. */
    synchronized void unpacked() {
        layersDone++;
    }

    /** A layer's bytes, counted as they are read; closing it closes the other. */
    InputStream counting(InputStream blob, LongConsumer also) {
        return new Counted(blob, bytes -> {
            bytesDone.add(bytes);
            also.accept(bytes);
        });
    }

    /** To be called about every second. */
    synchronized void tick() {
        long now = System.nanoTime();
        long done = bytesDone.sum();
        double newest = (done - bytesAtTick) * SECOND / Math.max(1, now - lastTick);
        rate = rate < 0 ? newest : WEIGHT * newest + (1 - WEIGHT) * rate;
        bytesAtTick = done;
        lastTick = now;
        if (now - lastLog >= LOG_NANOSECONDS) {
            lastLog = now;
            LOG.info(
                    "pulling {}: {} of {} layers, {} of {}, {}/s",
                    reference,
                    layersDone,
                    layers,
                    megabytes(done),
                    megabytes(bytes),
                    megabytes(Math.round(rate)));
        }
    }

    /** Bytes that have come. */
    long came() {
        return bytesDone.sum();
    }

    /** As it is now. */
    public synchronized RunningPull now(int callers) {
        long age = System.nanoTime() - start;
        long done = bytesDone.sum();
        long perSecond = Math.round(rate < 0 ? done * SECOND / Math.max(1, age) : rate);
        return new RunningPull(reference, layers, layersDone, bytes, done, perSecond, age, callers);
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static final class Counted extends PieceStream {
        private static final int BUFFER = 256 << 10;

        private final InputStream stream;
        private final PieceSource source;
        private final LongConsumer counter;
        private @Nullable ByteBuffer piece;

        Counted(InputStream stream, LongConsumer counter) {
            this.stream = stream;
            this.source = PieceSource.of(stream, () -> ByteBuffer.allocateDirect(BUFFER));
            this.counter = counter;
        }

        @Override
        public @Nullable ByteBuffer next() throws IOException {
            if (piece == null || !piece.hasRemaining()) {
                piece = source.next();
                counter.accept(piece == null ? 0 : piece.remaining());
            }
            return piece;
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
