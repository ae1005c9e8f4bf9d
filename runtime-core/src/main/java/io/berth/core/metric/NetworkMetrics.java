package io.berth.core.metric;

import io.berth.network.InterfaceStatistics;

/** Metrics of a pod's interface. */
final class NetworkMetrics {
    private NetworkMetrics() {}

    static void add(InterfaceStatistics traffic, Samples samples) {
        String name = traffic.interfaceName();
        samples.add(PodMetric.NETWORK_RECEIVED_BYTES, traffic.receivedBytes(), name);
        samples.add(PodMetric.NETWORK_RECEIVED_PACKETS, traffic.receivedPackets(), name);
        samples.add(PodMetric.NETWORK_RECEIVE_DROPPED, traffic.receiveDropped(), name);
        samples.add(PodMetric.NETWORK_RECEIVE_ERRORS, traffic.receiveErrors(), name);
        samples.add(PodMetric.NETWORK_TRANSMITTED_BYTES, traffic.transmittedBytes(), name);
        samples.add(PodMetric.NETWORK_TRANSMITTED_PACKETS, traffic.transmittedPackets(), name);
        samples.add(PodMetric.NETWORK_TRANSMIT_DROPPED, traffic.transmitDropped(), name);
        samples.add(PodMetric.NETWORK_TRANSMIT_ERRORS, traffic.transmitErrors(), name);
    }
}
