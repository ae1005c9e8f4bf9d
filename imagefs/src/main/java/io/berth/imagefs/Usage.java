package io.berth.imagefs;

/**
 * Disk space taken.
 *
 * @param bytes allocated on disk, as {@code du} counts
 * @param inodes files, directories and everything else
 */
public record Usage(long bytes, long inodes) {
    public static final Usage NONE = new Usage(0, 0);

    public Usage plus(Usage other) {
        return new Usage(bytes + other.bytes, inodes + other.inodes);
    }
}
