package io.berth.core.container;

/**
 * A device of the host.
 *
 * @param permissions what may be done with it: of r(ead), w(rite) and m(ake a node of it); empty: all three
 */
public record DeviceConfig(String containerPath, String hostPath, String permissions) {}
