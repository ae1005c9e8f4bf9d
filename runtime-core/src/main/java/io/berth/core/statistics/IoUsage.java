package io.berth.core.statistics;

/** Input and output; timestamp in nanoseconds since the epoch. */
public record IoUsage(long timestamp, PressureStatistics pressure) {}
