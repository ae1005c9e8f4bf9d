package io.berth.imagefs;

/**
 * What a store has fetched since it was opened.
 *
 * @param running pulls and imports under way
 * @param succeeded that ended well
 * @param failed that did not
 * @param layerBytes of layers that were fetched whole, as they came (compressed)
 * @param nanoseconds of all that have ended, together
 */
public record PullStatistics(long running, long succeeded, long failed, long layerBytes, long nanoseconds) {}
