package io.berth.imagefs.tar;

import io.berth.imagefs.tar.TarEntry.Piece;
import java.util.ArrayList;
import java.util.List;

/** Collects and checks where the data of a sparse file lies. */
final class SparseMap {
    private static final int MOST_PIECES = 1 << 20;

    private final List<Piece> pieces = new ArrayList<>();
    private long end;
    private long total;

    /** Adds a piece; empty ones only mark the end of the file. */
    void add(long offset, long length) throws TarException {
        if (offset < end || length < 0 || offset + length < offset) {
            throw new TarException("the map of a sparse file goes backwards");
        }
        if (pieces.size() >= MOST_PIECES) {
            throw TarException.limit("a sparse file in more than " + MOST_PIECES + " pieces");
        }
        end = offset + length;
        total += length;
        if (length > 0) {
            pieces.add(new Piece(offset, length));
        }
    }

    /** Reads offsets and lengths in turn. */
    void addAll(List<String> numbers) throws TarException {
        if (numbers.size() % 2 != 0) {
            throw new TarException("the map of a sparse file has an odd number of numbers");
        }
        for (int i = 0; i < numbers.size(); i += 2) {
            add(PaxRecords.decimal(numbers.get(i), "sparse"), PaxRecords.decimal(numbers.get(i + 1), "sparse"));
        }
    }

    /** The pieces, held against the sizes that the header gives. */
    List<Piece> checked(long fileSize, long storedSize) throws TarException {
        if (end > fileSize || total != storedSize) {
            throw new TarException("the map of a sparse file does not fit its size");
        }
        return pieces;
    }
}
