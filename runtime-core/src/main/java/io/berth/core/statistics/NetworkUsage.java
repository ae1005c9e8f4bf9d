package io.berth.core.statistics;

import io.berth.core.Immutable;
import java.util.List;

/** Traffic of a pod; timestamp in nanoseconds since the epoch, the default interface first. */
public record NetworkUsage(long timestamp, List<Interface> interfaces) {
    /** Traffic of one interface since it came up, as the pod sees it. */
    public record Interface(
            String name,
            long receivedBytes,
            long receivedPackets,
            long receiveErrors,
            long receiveDropped,
            long transmittedBytes,
            long transmittedPackets,
            long transmitErrors,
            long transmitDropped) {}

    public NetworkUsage {
        interfaces = Immutable.list(interfaces);
    }
}
