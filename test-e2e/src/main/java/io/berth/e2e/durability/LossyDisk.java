package io.berth.e2e.durability;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A disk with a cache that forgets. What was written since the last flush is kept apart; when the power goes, any part
 * of it may be lost, in any order: each block is left as any of the states that it had since the flush. From then on
 * every request fails, until {@link #powerOn}. Any thread.
 */
public final class LossyDisk implements AutoCloseable {
    /** What survives or is lost as a whole, in bytes: a sector of today's disks. */
    public static final int BLOCK = 4096;

    private final FileChannel platter;
    private final long size;
    /** The states of each block that no flush has made durable, oldest first. */
    private final Map<Long, List<byte[]>> unflushed = new HashMap<>();

    private long writes;
    private long flushes;
    private long lastWrite = Long.MAX_VALUE;
    private boolean dark;

    private LossyDisk(FileChannel platter, long size) {
        this.platter = platter;
        this.size = size;
    }

    /** What a power cut cost. */
    public record Loss(int blocks, int lost) {}

    /** The disk has no power. */
    public static final class NoPower extends IOException {
        private static final long serialVersionUID = 1;

        NoPower() {
            super("the power is off");
        }
    }

    /**
     * Makes an empty disk, whose durable part is a file.
     *
     * @param size in bytes, whole blocks
     */
    public static LossyDisk create(Path file, long size) throws IOException {
        FileChannel platter = FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        platter.write(ByteBuffer.allocate(1), size - 1);
        return new LossyDisk(platter, size);
    }

    public long size() {
        return size;
    }

    /** Reads what was written last, flushed or not. */
    public synchronized void read(long offset, ByteBuffer target) throws IOException {
        requirePower();
        long at = offset;
        while (target.hasRemaining()) {
            int within = (int) (at % BLOCK);
            int length = Math.min(BLOCK - within, target.remaining());
            List<byte[]> states = unflushed.get(at / BLOCK);
            if (states == null) {
                readPlatter(at, target, length);
            } else {
                target.put(states.getLast(), within, length);
            }
            at += length;
        }
    }

    /** Takes bytes into the cache. */
    public synchronized void write(long offset, ByteBuffer source) throws IOException {
        requirePower();
        long at = offset;
        while (source.hasRemaining()) {
            int within = (int) (at % BLOCK);
            int length = Math.min(BLOCK - within, source.remaining());
            List<byte[]> states = unflushed.computeIfAbsent(at / BLOCK, _ -> new ArrayList<>(1));
            byte[] state = new byte[BLOCK];
            if (length < BLOCK) {
                if (states.isEmpty()) {
                    readPlatter(at - within, ByteBuffer.wrap(state), BLOCK);
                } else {
                    System.arraycopy(states.getLast(), 0, state, 0, BLOCK);
                }
            }
            source.get(state, within, length);
            states.add(state);
            at += length;
        }
        writes++;
        if (writes >= lastWrite) {
            powerOff();
        }
    }

    /** Makes durable what was written before. */
    public synchronized void flush() throws IOException {
        requirePower();
        for (Map.Entry<Long, List<byte[]>> block : unflushed.entrySet()) {
            writePlatter(block.getKey(), block.getValue().getLast());
        }
        unflushed.clear();
        flushes++;
    }

    /** Has the power go right after so many more writes. */
    public synchronized void powerOffAfter(long moreWrites) {
        lastWrite = writes + moreWrites;
    }

    public synchronized void powerOff() {
        dark = true;
    }

    public synchronized boolean isDark() {
        return dark;
    }

    /** Write requests so far. */
    public synchronized long writes() {
        return writes;
    }

    /** Flushes so far. */
    public synchronized long flushes() {
        return flushes;
    }

    /**
     * Brings the disk back, with what has survived.
     *
     * @param share how much of what was not flushed survives, from 0 to 1
     */
    public synchronized Loss powerOn(Random random, double share) throws IOException {
        int lost = 0;
        for (Map.Entry<Long, List<byte[]>> block : unflushed.entrySet()) {
            List<byte[]> states = block.getValue();
            int survivor = states.size() - 1;
            while (survivor >= 0 && random.nextDouble() >= share) {
                survivor--;
            }
            if (survivor >= 0) {
                writePlatter(block.getKey(), states.get(survivor));
            }
            if (survivor < states.size() - 1) {
                lost++;
            }
        }
        Loss loss = new Loss(unflushed.size(), lost);
        unflushed.clear();
        lastWrite = Long.MAX_VALUE;
        dark = false;
        return loss;
    }

    private void requirePower() throws NoPower {
        if (dark) {
            throw new NoPower();
        }
    }

    private void readPlatter(long offset, ByteBuffer target, int length) throws IOException {
        ByteBuffer part = target.slice(target.position(), length);
        while (part.hasRemaining()) {
            if (platter.read(part, offset + part.position()) < 0) {
                throw new IOException("the disk ends before " + (offset + length));
            }
        }
        target.position(target.position() + length);
    }

    private void writePlatter(long block, byte[] state) throws IOException {
        ByteBuffer source = ByteBuffer.wrap(state);
        while (source.hasRemaining()) {
            platter.write(source, block * BLOCK + source.position());
        }
    }

    @Override
    public synchronized void close() throws IOException {
        platter.close();
    }
}
