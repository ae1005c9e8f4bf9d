package io.berth.e2e.image;

import java.util.Arrays;

/**
 * A made-up system's files: as many, as large and as compressible as those of real images, and the same ones on every
 * machine. Some are like sources and documents, some like programs, some are packed already.
 */
public final class RealisticFiles {
    private static final int FILES_PER_DIRECTORY = 40;
    private static final int FILES_PER_LINK = 12;
    private static final int LARGEST = 24 << 20;
    private static final double MEDIAN_SIZE = 6_000;
    private static final double SPREAD = 1.9;
    private static final int WORDS = 4096;
    private static final int SNIPPETS = 2048;

    private final byte[][] words = new byte[WORDS][];
    private final byte[][] snippets = new byte[SNIPPETS][];
    private final byte[] content = new byte[LARGEST + 1024];
    private long state;

    /** Files that another seed does not give. */
    public RealisticFiles(long seed) {
        state = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < WORDS; i++) {
            byte[] word = new byte[3 + below(8)];
            for (int j = 0; j < word.length; j++) {
                word[j] = (byte) "etaoinshrdlucmfwypvbgkjqxz_ETAOINS.(".charAt(skewed(36));
            }
            words[i] = word;
        }
        for (int i = 0; i < SNIPPETS; i++) {
            byte[] snippet = new byte[2 + below(6)];
            for (int j = 0; j < snippet.length; j++) {
                snippet[j] = (byte) random();
            }
            snippets[i] = snippet;
        }
        state ^= (seed + 1) * 0xD1B54A32D192ED03L;
    }

    /** Writes directories, files and symbolic links until the files have so many bytes together. */
    public void writeTo(TarWriter tar, String top, long bytes) {
        tar.directory(top, 0755);
        String directory = top;
        int files = 0;
        for (long left = bytes; left > 0; files++) {
            if (files % FILES_PER_DIRECTORY == 0) {
                directory = top + "/d" + files / FILES_PER_DIRECTORY;
                tar.directory(directory, 0755);
            }
            int size = (int) Math.min(left, size());
            String name = directory + "/file" + files;
            tar.file(name, fill(size), random() % 4 == 0 ? 0755 : 0644);
            if (files % FILES_PER_LINK == 0) {
                tar.symbolicLink(name + ".so", "file" + files);
            }
            left -= size;
        }
    }

    private byte[] fill(int size) {
        int kind = below(100);
        if (kind < 57) {
            text(size);
        } else if (kind < 94) {
            program(size);
        } else {
            for (int at = 0; at < size; at++) {
                content[at] = (byte) random();
            }
        }
        return Arrays.copyOf(content, size);
    }

    private void text(int size) {
        int at = 0;
        while (at < size) {
            if (at > 400 && below(10) == 0) {
                at = repeat(at, 20 + below(120));
                continue;
            }
            at = put(at, words[skewed(WORDS)]);
            content[at++] = (byte) (below(9) == 0 ? '\n' : ' ');
        }
    }

    private void program(int size) {
        int at = 0;
        while (at < size) {
            if (at > 400 && below(14) == 0) {
                at = repeat(at, 8 + below(60));
                continue;
            }
            at = put(at, snippets[skewed(SNIPPETS)]);
            for (int immediate = below(5); immediate > 2; immediate--) {
                content[at++] = (byte) random();
            }
        }
    }

    private int repeat(int at, int length) {
        int back = 1 + below(Math.min(at, 20_000));
        for (int i = 0; i < length; i++) {
            content[at + i] = content[at + i - back];
        }
        return at + length;
    }

    private int put(int at, byte[] bytes) {
        System.arraycopy(bytes, 0, content, at, bytes.length);
        return at + bytes.length;
    }

    /** Log-normal, as sizes of files are. */
    private int size() {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += (random() >>> 11) * 0x1.0p-52;
        }
        return (int) Math.min(LARGEST, MEDIAN_SIZE * StrictMath.exp(SPREAD * sum));
    }

    /** Small numbers more often than large ones. */
    private int skewed(int bound) {
        double uniform = (random() >>> 11) * 0x1.0p-52;
        return (int) (bound * uniform * uniform * uniform);
    }

    private int below(int bound) {
        return (int) ((random() >>> 33) % bound);
    }

    private long random() {
        state ^= state >>> 12;
        state ^= state << 25;
        state ^= state >>> 27;
        return (state * 0x2545F4914F6CDD1DL) >>> 1;
    }
}
