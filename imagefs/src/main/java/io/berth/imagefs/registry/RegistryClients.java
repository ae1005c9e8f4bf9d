package io.berth.imagefs.registry;

import io.berth.imagefs.http.HttpConnections;
import io.berth.imagefs.http.Proxies;

/** What pulls share: connections and tokens. Any thread. */
public final class RegistryClients implements AutoCloseable {
    private final HttpConnections connections;
    private final TokenCache tokens = new TokenCache(System::nanoTime);

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

    @Override
    public void close() {
        connections.close();
    }
}
