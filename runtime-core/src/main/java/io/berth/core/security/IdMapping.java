package io.berth.core.security;

/**
 * A range of user or group ids.
 *
 * @param hostId the first id on the host, 0 to 2^32-1
 * @param containerId the first id inside
 * @param length how many
 */
public record IdMapping(long hostId, long containerId, long length) {}
