package io.berth.imagefs.tar;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a tar stream, with all extensions applied.
 *
 * @param type what it makes
 * @param path as written; names that are no UTF-8 stand as {@link io.berth.kernel.FileNames} says
 * @param linkTarget of hard and symbolic links, as written; empty for others
 * @param permissions the lower twelve mode bits
 * @param uid owner, 0 to 2^32-2, as the kernel takes it in an int
 * @param gid group, as uid
 * @param size of the file that it makes (holes included), bytes
 * @param modificationSeconds since the epoch
 * @param modificationNanoseconds the rest of it
 * @param attributes extended attributes by name
 * @param pieces where data lies in a sparse file, ascending; null in a file without holes
 */
public record TarEntry(
        Type type,
        String path,
        String linkTarget,
        int permissions,
        int uid,
        int gid,
        long size,
        long modificationSeconds,
        int modificationNanoseconds,
        int deviceMajor,
        int deviceMinor,
        Map<String, byte[]> attributes,
        @Nullable List<Piece> pieces) {
    /** What an entry makes. */
    public enum Type {
        FILE,
        HARD_LINK,
        SYMBOLIC_LINK,
        CHARACTER_DEVICE,
        BLOCK_DEVICE,
        DIRECTORY,
        FIFO
    }

    /** Data of a sparse file: {@code length} bytes at {@code offset}. */
    public record Piece(long offset, long length) {}
}
