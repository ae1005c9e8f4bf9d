package io.berth.network.device;

import io.berth.kernel.Descriptor;
import io.berth.kernel.OpenHow;
import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCalls;
import io.berth.network.NetworkException;
import io.berth.network.namespace.NamespaceVisitors;
import io.berth.network.namespace.PodNamespace;
import io.berth.network.netlink.AddressRequests;
import io.berth.network.netlink.LinkAddress;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkReply;
import io.berth.network.netlink.NetlinkSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * A device of the host on its way to a pod's network namespace (OCI runtime specification 1.3, "netDevices"): it keeps
 * its permanent global addresses, may get another name, and is up afterwards. Throws {@link NetworkException}.
 *
 * @param host its name on the host
 * @param pod its name in the pod
 * @param namespace the path of the pod's network namespace
 */
public record DeviceMove(String host, String pod, String namespace) {
    private static final String MOVE = "move network device";
    private static final int LONGEST_NAME = 15;

    public DeviceMove {
        check(host);
        check(pod);
    }

    private static void check(String name) {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0
                || length > LONGEST_NAME
                || name.equals(".")
                || name.equals("..")
                || name.chars().anyMatch(letter -> letter <= ' ' || letter == 127 || "/:%".indexOf(letter) >= 0)) {
            throw new NetworkException(
                    NetworkException.Kind.INVALID_ARGUMENT,
                    MOVE,
                    "\"" + name + "\"",
                    "a name has 1 to " + LONGEST_NAME + " bytes without spaces, '/', ':' and '%'");
        }
    }

    /**
     * Moves it.
     *
     * @return false when the pod has it already, and the host does not
     */
    public boolean run() {
        SystemCalls calls = SystemCalls.real();
        try (NamespaceVisitors visitors = new NamespaceVisitors(calls);
                PodNamespace there = PodNamespace.open(calls, visitors, namespace, PodNamespace.own(calls));
                NetlinkSocket outside = NetlinkSocket.open(calls, SocketCalls.NETLINK_ROUTE)) {
            NetlinkSocket inside = there.socket();
            Optional<LinkState> taken = find(inside, pod);
            Optional<LinkState> link = find(outside, host);
            if (link.isEmpty() && taken.isPresent()) {
                return false;
            }
            transfer(outside, host, link, inside, there.descriptorNumber(), pod, taken);
            return true;
        }
    }

    /** Moves it back, with its addresses, to the namespace of the calling thread. */
    public void back() {
        SystemCalls calls = SystemCalls.real();
        try (NamespaceVisitors visitors = new NamespaceVisitors(calls);
                PodNamespace there = PodNamespace.open(calls, visitors, namespace, PodNamespace.own(calls));
                Descriptor here = calls.openat2(null, "/proc/thread-self/ns/net", OpenHow.reading());
                NetlinkSocket outside = NetlinkSocket.open(calls, SocketCalls.NETLINK_ROUTE)) {
            NetlinkSocket inside = there.socket();
            transfer(inside, pod, find(inside, pod), outside, here.number(), host, find(outside, host));
        }
    }

    private static void transfer(
            NetlinkSocket from,
            String oldName,
            Optional<LinkState> link,
            NetlinkSocket to,
            int target,
            String newName,
            Optional<LinkState> taken) {
        if (link.isEmpty()) {
            throw new NetworkException(
                    NetworkException.Kind.FAILED_PRECONDITION, MOVE, oldName, "there is no such device");
        }
        if (taken.isPresent()) {
            throw new NetworkException(
                    NetworkException.Kind.ALREADY_EXISTS,
                    MOVE,
                    oldName,
                    "where it is to go there is a device with the name " + newName);
        }
        List<LinkAddress> addresses = permanentAddresses(from, link.get().index());
        NetlinkReply ignored =
                from.execute(LinkRequests.move(oldName, link.get().index(), target, newName));
        int index = find(to, newName)
                .orElseThrow(() -> new NetworkException(
                        NetworkException.Kind.INTERNAL, MOVE, oldName, "it is gone after the move"))
                .index();
        for (LinkAddress address : addresses) {
            var _ = to.execute(AddressRequests.add(index, address.address(), address.prefixLength()));
        }
        var _ = to.execute(LinkRequests.setUp(index));
    }

    /** Those that were given, not those that the kernel or a lease made: a host's scope tells. */
    private static List<LinkAddress> permanentAddresses(NetlinkSocket socket, int index) {
        return socket.dump(AddressRequests.list()).stream()
                .filter(AddressRequests::isPermanentAndGlobal)
                .flatMap(answer -> LinkAddress.of(answer).stream())
                .filter(address -> address.linkIndex() == index)
                .toList();
    }

    private static Optional<LinkState> find(NetlinkSocket socket, String name) {
        NetlinkReply reply = socket.exchange(List.of(LinkRequests.get(name))).getFirst();
        return reply.isDone() ? LinkState.of(reply) : Optional.empty();
    }
}
