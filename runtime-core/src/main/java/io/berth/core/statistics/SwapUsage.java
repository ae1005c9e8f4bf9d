package io.berth.core.statistics;

/** Swap used, in bytes; timestamp in nanoseconds since the epoch. */
public record SwapUsage(long timestamp, long availableBytes, long usageBytes) {}
