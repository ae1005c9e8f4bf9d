package io.berth.imagefs;

/**
 * How far a pull has come.
 *
 * @param reference what is pulled
 * @param layers that the image has; 0 as long as it is not known
 * @param layersDone that are unpacked, or were here before
 * @param bytes that are to be fetched (compressed layers, without those that were here before)
 * @param bytesDone that have come
 * @param bytesPerSecond of the last few seconds
 * @param nanoseconds since it was begun
 * @param callers that wait for it
 */
public record RunningPull(
        String reference,
        int layers,
        int layersDone,
        long bytes,
        long bytesDone,
        long bytesPerSecond,
        long nanoseconds,
        int callers) {}
