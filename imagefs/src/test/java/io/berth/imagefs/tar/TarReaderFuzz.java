package io.berth.imagefs.tar;

import java.io.ByteArrayInputStream;
import java.io.IOException;

/** Reads any bytes as a tar stream: they are refused, or give entries that hold together. */
public final class TarReaderFuzz {
    private static final long LARGEST_FILE = 1 << 30;
    private static final int LONGEST_PATH = 4096;
    private static final int LARGEST_ATTRIBUTE = 64 << 10;

    private TarReaderFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        TarReader reader = new TarReader(
                new ByteArrayInputStream(data), new TarLimits(LARGEST_FILE, LONGEST_PATH, LARGEST_ATTRIBUTE));
        try {
            for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
                check(entry, data.length);
                Extent extent = new Extent(entry.size());
                reader.read((position, bytes) -> extent.add(position, bytes.remaining()));
                if (extent.total > data.length || (entry.pieces() == null && extent.total != entry.size())) {
                    throw new IllegalStateException("content of " + extent.total + " bytes in " + entry);
                }
            }
        } catch (IOException _) {
            // refused, as it should be
        }
    }

    private static void check(TarEntry entry, int length) {
        boolean sane = entry.size() >= 0
                && entry.size() <= LARGEST_FILE
                && (entry.permissions() & ~07777) == 0
                && entry.path().indexOf(0) < 0
                && entry.linkTarget().indexOf(0) < 0
                && entry.modificationNanoseconds() >= 0
                && entry.modificationNanoseconds() < 1_000_000_000
                && entry.path().length() <= LONGEST_PATH
                && entry.linkTarget().length() <= LONGEST_PATH
                && entry.attributes().size() <= length
                && entry.attributes().values().stream().allMatch(value -> value.length <= LARGEST_ATTRIBUTE);
        if (!sane) {
            throw new IllegalStateException("an entry that cannot be: " + entry);
        }
    }

    /** Pieces come in order, and within the file. */
    private static final class Extent {
        private final long size;
        private long end;
        private long total;

        Extent(long size) {
            this.size = size;
        }

        void add(long position, int bytes) {
            if (position < end || position + bytes > size) {
                throw new IllegalStateException("bytes at " + position + " after " + end + " in a file of " + size);
            }
            end = position + bytes;
            total += bytes;
        }
    }
}
