package io.berth.core.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Memory used, in bytes.
 *
 * @param timestamp nanoseconds since the epoch
 * @param availableBytes limit minus working set; null without a limit
 * @param pressure null where the kernel does not say
 */
public record MemoryUsage(
        long timestamp,
        long workingSetBytes,
        @Nullable Long availableBytes,
        long usageBytes,
        long rssBytes,
        long pageFaults,
        long majorPageFaults,
        @Nullable PressureStatistics pressure) {}
