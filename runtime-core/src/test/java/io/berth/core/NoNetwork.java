package io.berth.core;

import io.berth.network.InterfaceStatistics;
import io.berth.network.NetworkRequest;
import io.berth.network.NetworkResult;
import io.berth.network.NetworkStatus;
import io.berth.network.PodNetwork;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A network that gives every pod the same address and no link; it remembers who is attached. */
final class NoNetwork implements PodNetwork {
    final Set<String> attached = ConcurrentHashMap.newKeySet();
    volatile @Nullable RuntimeException failure;

    @Override
    public void start() {}

    @Override
    public NetworkResult attach(NetworkRequest request) {
        attached.add(request.sandboxId());
        RuntimeException planned = failure;
        if (planned != null) {
            throw planned;
        }
        return new NetworkResult(List.of(InetAddress.ofLiteral("10.9.8.7")), List.of(), "eth0", "", "none");
    }

    @Override
    public boolean attachAhead(String sandboxId, String netnsPath) {
        return false;
    }

    @Override
    public void detach(String sandboxId, @Nullable String netnsPath) {
        attached.remove(sandboxId);
    }

    @Override
    public Set<String> knownSandboxes() {
        return Set.copyOf(attached);
    }

    @Override
    public NetworkStatus status() {
        return NetworkStatus.isReady();
    }

    @Override
    public List<InterfaceStatistics> statistics(String sandboxId) {
        return List.of();
    }

    @Override
    public Map<String, List<InterfaceStatistics>> statistics() {
        return Map.of();
    }

    @Override
    public boolean removeIfUnused() {
        return false;
    }

    @Override
    public void close() {}
}
