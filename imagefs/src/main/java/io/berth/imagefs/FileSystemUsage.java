package io.berth.imagefs;

import java.nio.file.Path;

/**
 * What the store takes of its file system.
 *
 * @param mountpoint the store's root directory
 * @param usage layers and writable layers together
 * @param timestamp when it was counted, nanoseconds since the epoch
 */
public record FileSystemUsage(Path mountpoint, Usage usage, long timestamp) {}
