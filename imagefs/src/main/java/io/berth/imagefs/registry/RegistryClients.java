package io.berth.imagefs.registry;

import io.berth.imagefs.http.HttpConnections;
import io.berth.imagefs.http.Proxies;

/** What pulls share: connections, tokens, and what ranges of blobs may take. Any thread. */
public final class RegistryClients implements AutoCloseable {
    private final HttpConnections connections;
    private final TokenCache tokens = new TokenCache(System::nanoTime);
    private final RangeSlots ranges = new RangeSlots();

    private RegistryClients(HttpConnections connections) {
        this.connections = connections;
    }

    /** Nothing yet; costs nothing before the first pull. */
    public static RegistryClients create() {
        return new RegistryClients(new HttpConnections(Proxies.ofProcess()));
    }

    HttpConnections connections() {
        return connections;
    }

    TokenCache tokens() {
        return tokens;
    }

    RangeSlots ranges() {
        return ranges;
    }

    @Override
    public void close() {
        connections.close();
        ranges.close();
    }
}
