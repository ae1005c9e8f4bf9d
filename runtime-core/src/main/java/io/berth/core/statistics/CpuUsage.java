package io.berth.core.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Processor time used.
 *
 * @param timestamp nanoseconds since the epoch
 * @param usageCoreNanoseconds since the start
 * @param usageNanoCores now, per second since the sample before; null on the first sample
 * @param pressure null where the kernel does not say
 */
public record CpuUsage(
        long timestamp,
        long usageCoreNanoseconds,
        @Nullable Long usageNanoCores,
        @Nullable PressureStatistics pressure) {}
