package io.berth.core.container;

/**
 * A device of the host.
 *
 * @param permissions of r, w and m; kept for the record: cgroup v2 device filters come with the device controller
 */
public record DeviceConfig(String containerPath, String hostPath, String permissions) {}
