package io.berth.network;

/**
 * Counters of one interface since it was made, seen from the pod: what it received and what it sent.
 *
 * @param interfaceName the name inside the pod
 */
public record InterfaceStatistics(
        String interfaceName,
        long receivedBytes,
        long receivedPackets,
        long receiveErrors,
        long receiveDropped,
        long transmittedBytes,
        long transmittedPackets,
        long transmitErrors,
        long transmitDropped) {}
