package io.berth.imagefs;

import java.time.Duration;

/**
 * Bounds of a pull. Sizes in bytes.
 *
 * @param manifestBytes largest manifest, index or configuration
 * @param layers most layers of an image (overlayfs takes 500)
 * @param jsonDepth deepest nesting of a manifest, index or configuration
 * @param layerBytes largest layer, uncompressed
 * @param layerEntries most entries of a layer
 * @param pathBytes longest path or link target of an entry
 * @param attributeBytes largest extended attribute of an entry
 * @param expansion largest ratio of uncompressed to compressed size, looked at beyond the first 64 MiB
 * @param parallelLayers layers unpacked at the same time, over all pulls
 * @param parallelRanges connections over which one large blob comes where the network is what a pull waits for; 1:
 *     never more than one
 * @param connectTimeout for a connection and its TLS handshake
 * @param responseTimeout from a request to the first byte of its answer
 * @param progressTimeout longest silence within a body
 * @param attempts how often a request is tried in all when the registry is overloaded or broken
 * @param retryDelay pause before the second attempt; doubled each time
 * @param longestRetryDelay longest pause, whatever Retry-After asks for
 * @param pullTimeout the outermost bound of a whole pull
 */
public record PullLimits(
        int manifestBytes,
        int layers,
        int jsonDepth,
        long layerBytes,
        long layerEntries,
        int pathBytes,
        int attributeBytes,
        int expansion,
        int parallelLayers,
        int parallelRanges,
        Duration connectTimeout,
        Duration responseTimeout,
        Duration progressTimeout,
        int attempts,
        Duration retryDelay,
        Duration longestRetryDelay,
        Duration pullTimeout) {
    public static final PullLimits DEFAULT = new PullLimits(
            4 << 20,
            500,
            64,
            64L << 30,
            2_000_000,
            4096,
            64 << 10,
            1_100,
            4,
            4,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            4,
            Duration.ofMillis(250),
            Duration.ofSeconds(20),
            Duration.ofHours(12));
}
