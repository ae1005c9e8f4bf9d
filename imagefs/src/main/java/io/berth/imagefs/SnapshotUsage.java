package io.berth.imagefs;

/**
 * What a snapshot's writable layer takes.
 *
 * @param usage as counted
 * @param timestamp when it was counted, nanoseconds since the epoch
 */
public record SnapshotUsage(Usage usage, long timestamp) {
    public long bytes() {
        return usage.bytes();
    }

    public long inodes() {
        return usage.inodes();
    }
}
