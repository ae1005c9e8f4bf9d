package io.berth.network.bridge;

import io.berth.kernel.SocketCalls;
import io.berth.kernel.SystemCalls;
import io.berth.network.BridgeNetworkConfig;
import io.berth.network.NetworkRequest;
import io.berth.network.NetworkResult;
import io.berth.network.PortMapping;
import io.berth.network.netlink.LinkRequests;
import io.berth.network.netlink.LinkState;
import io.berth.network.netlink.NetlinkSocket;
import io.berth.network.nftables.Nftables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A machine of the tests' own: a namespace that plays the host with a bridge network in it, and pods. The real
 * machine's network is never touched. With {@link #outside} there is a second host, whose "pod" the first is, as the
 * way out.
 */
@SuppressWarnings("try") // A test that is interrupted while it closes may say so.
final class TestBed implements AutoCloseable {
    static final String GATEWAY = "10.88.0.1";
    static final String HOST = "192.0.2.2";
    static final String OUTSIDE = "192.0.2.1";

    final NetworkNamespace host;
    final Path leases;
    private final Path directory;
    private final String ipv4Range;
    private final @Nullable String ipv6Range;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<NetworkNamespace> pods = new ArrayList<>();
    private @Nullable NetworkNamespace outside;
    private BridgeNetwork network;

    TestBed(Path directory) throws Exception {
        this(directory, "10.88.0.0/16", null);
    }

    TestBed(Path directory, String ipv4Range, @Nullable String ipv6Range) throws Exception {
        this.directory = directory;
        this.leases = directory.resolve("leases");
        this.ipv4Range = ipv4Range;
        this.ipv6Range = ipv6Range;
        this.host = NetworkNamespace.create();
        open.add(host);
        this.network = host.call(() -> BridgeNetwork.open(config()));
        host.run(() -> ipLoopbackUp());
    }

    BridgeNetworkConfig config() {
        return new BridgeNetworkConfig("berth0", ipv4Range, ipv6Range, leases, 0, true);
    }

    BridgeNetwork network() {
        return network;
    }

    /** Puts the host on a network with another machine, {@link #OUTSIDE}, to which its default route leads. */
    NetworkNamespace outside() throws Exception {
        NetworkNamespace present = outside;
        if (present != null) {
            return present;
        }
        NetworkNamespace made = NetworkNamespace.create();
        open.add(made);
        BridgeNetwork wire = made.call(() -> BridgeNetwork.open(new BridgeNetworkConfig(
                "wire0",
                "192.0.2.0/24",
                ipv6Range == null ? null : "fd00:2::/64",
                directory.resolve("wire"),
                1380,
                false)));
        open.add(wire);
        made.run(() -> {
            wire.start();
            wire.attach(new NetworkRequest("host", host.path()));
        });
        outside = made;
        return made;
    }

    NetworkNamespace pod() throws Exception {
        NetworkNamespace pod = NetworkNamespace.create();
        pods.add(pod);
        return pod;
    }

    NetworkResult attach(String sandboxId, NetworkNamespace pod, PortMapping... ports) throws Exception {
        return host.call(() -> network.attach(new NetworkRequest(sandboxId, pod.path(), List.of(ports))));
    }

    void detach(String sandboxId) throws Exception {
        host.run(() -> network.detach(sandboxId, null));
    }

    /** Ends the daemon without a goodbye, as far as one can inside one process, and starts the next one. */
    void crash() throws Exception {
        network.close();
        network = host.call(() -> BridgeNetwork.open(config()));
    }

    /** The names of the host's links but the loopback. */
    List<String> links() throws Exception {
        return links(host).stream().map(LinkState::name).sorted().toList();
    }

    /** A namespace's links but the loopback. */
    static List<LinkState> links(NetworkNamespace namespace) throws Exception {
        return namespace.call(() -> {
            try (NetlinkSocket socket = NetlinkSocket.open(SystemCalls.real(), SocketCalls.NETLINK_ROUTE)) {
                return socket.dump(LinkRequests.list()).stream()
                        .flatMap(answer -> LinkState.of(answer).stream())
                        .filter(link -> !link.name().equals("lo"))
                        .toList();
            }
        });
    }

    /** What {@code nft} would print, elements left out. */
    String nft(String commands) throws Exception {
        return host.call(() -> {
            try (Nftables nftables = Nftables.open()) {
                return nftables.run("test", commands + "\n");
            }
        });
    }

    List<String> leaseFiles() throws Exception {
        if (!Files.exists(leases)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(leases)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    /** Waits for something that comes about behind the callers' backs. */
    static void eventually(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("did not come about within 10 s");
            }
            Thread.sleep(10);
        }
    }

    @Override
    public void close() throws Exception {
        network.close();
        for (NetworkNamespace pod : pods) {
            pod.close();
        }
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private static void ipLoopbackUp() {
        try (NetlinkSocket socket = NetlinkSocket.open(SystemCalls.real(), SocketCalls.NETLINK_ROUTE)) {
            socket.execute(LinkRequests.setUp("lo"));
        }
    }
}
