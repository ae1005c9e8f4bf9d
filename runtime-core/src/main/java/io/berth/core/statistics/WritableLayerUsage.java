package io.berth.core.statistics;

/** What a container has written over its image; timestamp in nanoseconds since the epoch. */
public record WritableLayerUsage(long timestamp, String mountpoint, long usedBytes, long inodesUsed) {}
