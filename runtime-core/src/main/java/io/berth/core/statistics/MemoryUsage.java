package io.berth.core.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Memory used, in bytes.
 *
 * @param timestamp nanoseconds since the epoch
 * @param availableBytes limit minus working set; null without a limit
 * @param pageFaults null without the memory controller, as the one after it
 * @param pressure null where the kernel does not say
 */
public record MemoryUsage(
        long timestamp,
        long workingSetBytes,
        @Nullable Long availableBytes,
        long usageBytes,
        long rssBytes,
        @Nullable Long pageFaults,
        @Nullable Long majorPageFaults,
        @Nullable PressureStatistics pressure) {}
