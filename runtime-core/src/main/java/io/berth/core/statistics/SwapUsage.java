package io.berth.core.statistics;

import org.jspecify.annotations.Nullable;

/**
 * Swap used, in bytes.
 *
 * @param timestamp nanoseconds since the epoch
 * @param availableBytes limit minus usage; null without a limit
 */
public record SwapUsage(long timestamp, @Nullable Long availableBytes, long usageBytes) {}
