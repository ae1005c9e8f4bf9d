package io.berth.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files that this process has mapped: its libraries and archives of classes. A start touches nearly all of their
 * pages, and a running daemon few; what is mapped counts as resident for as long as nobody unmaps it.
 */
public final class MappedFiles {
    private static final Path MAPS = Path.of("/proc/self/smaps");
    private static final Path SIZES = Path.of("/proc/self/statm");
    private static final int MADV_DONTNEED = 4;

    /** What clean pages between others must come to for a look at each of them. */
    private static final long WORTH_LOOKING = 256 << 10;

    private MappedFiles() {}

    /**
     * Unmaps the pages of files that this process can only read. They stay in the page cache, and whichever is used
     * again comes back by a minor fault. A mapping with a page of the process's own, as relocation makes them, is left
     * alone: that page would be lost. Of mappings that it can write to, {@link CleanPages} go.
     *
     * @return how many bytes were resident in what was given back
     * @throws SystemCallException when the kernel refuses
     */
    public static long release() {
        long released = 0;
        try (BufferedReader reader = Files.newBufferedReader(MAPS)) {
            long begin = 0;
            long end = 0;
            long resident = 0;
            boolean isPrivateFile = false;
            boolean isWritable = false;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("Rss:")) {
                    resident = bytes(line);
                } else if (line.startsWith("Anonymous:")) {
                    long own = bytes(line);
                    if (isPrivateFile && isWritable && resident - own >= WORTH_LOOKING) {
                        released += CleanPages.release(begin, end);
                    } else if (isPrivateFile && !isWritable && resident > 0 && own == 0) {
                        advise(begin, end - begin, MADV_DONTNEED);
                        released += resident;
                    }
                } else if (Character.digit(line.charAt(0), 16) >= 0 && line.indexOf('-') > 0) {
                    int dash = line.indexOf('-');
                    int blank = line.indexOf(' ');
                    begin = Long.parseUnsignedLong(line, 0, dash, 16);
                    end = Long.parseUnsignedLong(line, dash + 1, blank, 16);
                    isPrivateFile = isPrivateFile(line, blank + 1);
                    isWritable = line.charAt(blank + 2) == 'w';
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + MAPS, failure);
        }
        return released;
    }

    /**
     * How many bytes of mapped files are resident in this process, what it shares with others among them; read in some
     * 20 microseconds.
     *
     * @see <a href="https://www.kernel.org/doc/html/latest/filesystems/proc.html">proc, statm: shared</a>
     */
    public static long resident() {
        try {
            String sizes = Files.readString(SIZES);
            int begin = sizes.indexOf(' ', sizes.indexOf(' ') + 1) + 1;
            return Long.parseLong(sizes, begin, sizes.indexOf(' ', begin), 10) * PageSize.bytes();
        } catch (IOException failure) {
            throw new UncheckedIOException("read " + SIZES, failure);
        }
    }

    /** Whether a mapping is private, readable and of a file that has a name. */
    private static boolean isPrivateFile(String line, int permissions) {
        return line.charAt(permissions) == 'r'
                && line.charAt(permissions + 3) == 'p'
                && line.indexOf('/') > 0
                && !line.endsWith(" (deleted)");
    }

    /** Of a line such as {@code Rss: 1024 kB}. */
    private static long bytes(String line) {
        int end = line.lastIndexOf(' ');
        int begin = line.lastIndexOf(' ', end - 1) + 1;
        return Long.parseLong(line, begin, end, 10) << 10;
    }

    static void advise(long address, long length, int advice) {
        try (Scratch scratch = Scratch.borrow()) {
            KernelEntry.require(
                    scratch, SystemCallNumber.MADVISE, null, MAPS.toString(), address, length, advice, 0, 0, 0);
        }
    }
}
