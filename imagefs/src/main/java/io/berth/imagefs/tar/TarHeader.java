package io.berth.imagefs.tar;

import io.berth.kernel.FileNames;
import java.util.Arrays;

/** One 512-byte header, read in place: POSIX ustar, GNU and the old V7 format. Valid until the input goes on. */
final class TarHeader {
    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int MAGIC = 257;
    private static final int SPARSE_MAP = 386;
    private static final int SPARSE_PIECES = 4;
    private static final int SPARSE_NUMBER = 12;
    private static final byte[] ZEROS = new byte[TarInput.BLOCK];

    private final byte[] block;

    private TarHeader(byte[] block) {
        this.block = block;
    }

    static TarHeader checked(byte[] block) throws TarException {
        long wanted = TarNumbers.parse(block, CHECKSUM, CHECKSUM_LENGTH);
        long unsigned = CHECKSUM_LENGTH * ' ';
        long signed = unsigned;
        for (int i = 0; i < TarInput.BLOCK; i++) {
            if (i == CHECKSUM) {
                i += CHECKSUM_LENGTH;
            }
            unsigned += block[i] & 0xff;
            signed += block[i];
        }
        if (wanted != unsigned && wanted != signed) {
            throw new TarException("a tar header's checksum is wrong");
        }
        return new TarHeader(block);
    }

    static boolean isZero(byte[] block) {
        return Arrays.equals(block, ZEROS);
    }

    char typeFlag() {
        return (char) (block[156] & 0xff);
    }

    /** The name, with ustar's prefix before it. GNU keeps times where ustar has its prefix. */
    String name() {
        String name = text(0, 100);
        boolean posix = block[MAGIC] == 'u' && block[MAGIC + 5] == 0;
        String prefix = posix ? text(345, 155) : "";
        return prefix.isEmpty() ? name : prefix + "/" + name;
    }

    String linkName() {
        return text(157, 100);
    }

    long mode() throws TarException {
        return number(100, 8);
    }

    long uid() throws TarException {
        return number(108, 8);
    }

    long gid() throws TarException {
        return number(116, 8);
    }

    long size() throws TarException {
        return number(124, 12);
    }

    long modificationSeconds() throws TarException {
        return number(136, 12);
    }

    long deviceMajor() throws TarException {
        return number(329, 8);
    }

    long deviceMinor() throws TarException {
        return number(337, 8);
    }

    /** Adds the pieces in a GNU sparse header (type S); true where a block with more of them follows. */
    boolean readSparse(SparseMap map) throws TarException {
        readPieces(block, SPARSE_MAP, SPARSE_PIECES, map);
        return block[482] != 0;
    }

    long sparseFileSize() throws TarException {
        return number(483, SPARSE_NUMBER);
    }

    /** Adds the pieces of a block that follows a sparse header; true where another one follows. */
    static boolean readSparseBlock(byte[] block, SparseMap map) throws TarException {
        readPieces(block, 0, 21, map);
        return block[504] != 0;
    }

    private static void readPieces(byte[] buffer, int at, int count, SparseMap map) throws TarException {
        for (int i = 0; i < count; i++) {
            int piece = at + i * 2 * SPARSE_NUMBER;
            if (buffer[piece] == 0) {
                return;
            }
            map.add(
                    TarNumbers.parse(buffer, piece, SPARSE_NUMBER),
                    TarNumbers.parse(buffer, piece + SPARSE_NUMBER, SPARSE_NUMBER));
        }
    }

    private long number(int offset, int length) throws TarException {
        return TarNumbers.parse(block, offset, length);
    }

    private String text(int offset, int length) {
        int n = 0;
        while (n < length && block[offset + n] != 0) {
            n++;
        }
        return FileNames.decode(block, offset, n);
    }
}
