package io.berth.network.bridge;

import io.berth.network.InterfaceStatistics;
import io.berth.network.lease.Lease;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkReply;
import io.berth.network.netlink.NetlinkSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The traffic of pods, counted at their links on the host. */
final class Traffic {
    private Traffic() {}

    /** Of one pod; empty when its link is gone. */
    static List<InterfaceStatistics> of(Lease lease, NetlinkSocket links) {
        NetlinkReply reply =
                links.exchange(List.of(LinkRequests.get(lease.hostInterface()))).getFirst();
        return LinkState.of(reply)
                .map(link -> List.of(seenFromPod(link.statistics())))
                .orElse(List.of());
    }

    /** Of all pods, by sandbox, in one question. */
    static Map<String, List<InterfaceStatistics>> of(List<Lease> leases, NetlinkSocket links) {
        Map<String, LinkState.Statistics> byName = new HashMap<>();
        links.dump(LinkRequests.list())
                .forEach(answer -> LinkState.of(answer).ifPresent(link -> byName.put(link.name(), link.statistics())));
        Map<String, List<InterfaceStatistics>> statistics = new HashMap<>();
        for (Lease lease : leases) {
            LinkState.Statistics counted = byName.get(lease.hostInterface());
            if (counted != null) {
                statistics.put(lease.sandboxId(), List.of(seenFromPod(counted)));
            }
        }
        return statistics;
    }

    private static InterfaceStatistics seenFromPod(LinkState.Statistics host) {
        return new InterfaceStatistics(
                PodLink.POD_INTERFACE,
                /* receivedBytes= */ host.transmittedBytes(),
                /* receivedPackets= */ host.transmittedPackets(),
                /* receiveErrors= */ host.transmitErrors(),
                /* receiveDropped= */ host.transmitDropped(),
                /* transmittedBytes= */ host.receivedBytes(),
                /* transmittedPackets= */ host.receivedPackets(),
                /* transmitErrors= */ host.receiveErrors(),
                /* transmitDropped= */ host.receiveDropped());
    }
}
