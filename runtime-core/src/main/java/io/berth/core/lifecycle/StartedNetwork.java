package io.berth.core.lifecycle;

import io.berth.network.InterfaceStatistics;
import io.berth.network.NetworkRequest;
import io.berth.network.NetworkResult;
import io.berth.network.NetworkStatus;
import io.berth.network.PodNetwork;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network that is started before it is first used. A start that failed is tried again with the next pod: the daemon
 * runs without, and says so in its status.
 */
public final class StartedNetwork implements PodNetwork {
    private static final Logger LOGGER = LoggerFactory.getLogger(StartedNetwork.class);

    private final PodNetwork network;
    private volatile boolean started;

    public StartedNetwork(PodNetwork network) {
        this.network = network;
    }

    @Override
    public synchronized void start() {
        if (!started) {
            network.start();
            started = true;
        }
    }

    /** Starts it, or says in the log why not: the next pod tries again. */
    public void tryStart() {
        try {
            start();
        } catch (RuntimeException failure) {
            LOGGER.error("The pod network cannot be started now: {}", failure.getMessage());
        }
    }

    @Override
    public NetworkResult attach(NetworkRequest request) {
        if (!started) {
            start();
        }
        return network.attach(request);
    }

    @Override
    public boolean attachAhead(String sandboxId, String netnsPath) {
        if (!started) {
            start();
        }
        return network.attachAhead(sandboxId, netnsPath);
    }

    @Override
    public void detach(String sandboxId, @Nullable String netnsPath) {
        if (!started) {
            start();
        }
        network.detach(sandboxId, netnsPath);
    }

    @Override
    public Set<String> knownSandboxes() {
        return network.knownSandboxes();
    }

    @Override
    public NetworkStatus status() {
        return network.status();
    }

    @Override
    public List<InterfaceStatistics> statistics(String sandboxId) {
        return network.statistics(sandboxId);
    }

    @Override
    public Map<String, List<InterfaceStatistics>> statistics() {
        return network.statistics();
    }

    @Override
    public synchronized boolean removeIfUnused() {
        return started && network.removeIfUnused();
    }

    @Override
    public void close() {
        network.close();
    }
}
