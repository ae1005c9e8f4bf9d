package io.berth.kernel;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;

/**
 * Pages of a private, writable mapping of a file that this process has only read, such as the classes of an archive
 * that nobody has linked. They lie between those that it has written to and came along with them.
 *
 * @see <a href="https://www.kernel.org/doc/html/latest/admin-guide/mm/pagemap.html">pagemap</a>
 */
final class CleanPages {
    private static final String PAGE_MAP = "/proc/self/pagemap";
    private static final int MADV_PAGEOUT = 21;

    /** Bits of an entry: the page is in memory, and it is the file's and no copy of the process's own. */
    private static final long PRESENT_OF_FILE = 1L << 63 | 1L << 61;

    private CleanPages() {}

    /**
     * Has the kernel take them out of memory, but for those that other processes use, too; one that is used again is
     * read from the file. What the process writes to in this moment stays: the kernel looks again, and keeps or swaps
     * what has become the process's own.
     *
     * @param begin where the mapping begins
     * @param end where it ends
     * @return how many bytes were taken out
     * @throws SystemCallException when the kernel refuses
     */
    static long release(long begin, long end) {
        long pageSize = PageSize.bytes();
        LongBuffer entries = entries(begin / pageSize, end / pageSize);
        int clean = 0;
        int page = 0;
        while (page < entries.limit()) {
            int first = page;
            while (page < entries.limit() && isClean(entries.get(page))) {
                page++;
            }
            if (page > first) {
                MappedFiles.advise(begin + first * pageSize, (page - first) * pageSize, MADV_PAGEOUT);
                clean += page - first;
            }
            page++;
        }
        return Math.max(0, clean - count(entries(begin / pageSize, end / pageSize))) * pageSize;
    }

    private static int count(LongBuffer entries) {
        int clean = 0;
        for (int page = 0; page < entries.limit(); page++) {
            clean += isClean(entries.get(page)) ? 1 : 0;
        }
        return clean;
    }

    private static boolean isClean(long entry) {
        return (entry & PRESENT_OF_FILE) == PRESENT_OF_FILE;
    }

    private static LongBuffer entries(long first, long end) {
        byte[] entries = new byte[Math.toIntExact((end - first) * Long.BYTES)];
        try (RandomAccessFile file = new RandomAccessFile(PAGE_MAP, "r")) {
            file.seek(first * Long.BYTES);
            file.readFully(entries);
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + PAGE_MAP, failure);
        }
        return ByteBuffer.wrap(entries).order(ByteOrder.nativeOrder()).asLongBuffer();
    }
}
