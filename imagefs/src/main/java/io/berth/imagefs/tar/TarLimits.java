package io.berth.imagefs.tar;

/**
 * How much of each thing an entry may have, bytes.
 *
 * @param file largest file, holes included
 * @param path longest path, or target of a link
 * @param attribute largest extended attribute
 */
public record TarLimits(long file, int path, int attribute) {
    /** What Linux takes at most, and files of any size. */
    public static final TarLimits OF_LINUX = new TarLimits(Long.MAX_VALUE, 4096, 64 << 10);
}
