package io.berth.imagefs.registry;

import io.berth.imagefs.Credentials;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Bearer tokens that may be shown again: by the endpoint that they are for, what they allow, and whose credentials they
 * were given for, so that nobody is served with somebody else's. In memory alone. Any thread.
 */
final class TokenCache {
    private static final int MOST = 128;
    /** A token is not shown when it is about to end. */
    private static final double TRUSTED_PART = 0.9;

    private final LongSupplier nanoTime;
    private final Map<Key, Kept> tokens = new LinkedHashMap<>();

    /**
     * Empty.
     *
     * @param nanoTime the clock
     */
    TokenCache(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    private record Key(URI endpoint, String scope, Credentials credentials) {
        static Key of(Endpoint endpoint, String scope) {
            return new Key(endpoint.base(), scope, endpoint.credentials());
        }
    }

    private record Kept(String authorization, long until) {}

    /** The header to show; null where there is none that will do. */
    synchronized @Nullable String find(Endpoint endpoint, String scope) {
        Key key = Key.of(endpoint, scope);
        Kept kept = tokens.get(key);
        if (kept == null) {
            return null;
        }
        if (nanoTime.getAsLong() - kept.until() >= 0) {
            tokens.remove(key);
            return null;
        }
        return kept.authorization();
    }

    synchronized void keep(Endpoint endpoint, String scope, String authorization, Duration lifetime) {
        Key key = Key.of(endpoint, scope);
        tokens.remove(key);
        if (tokens.size() >= MOST) {
            tokens.remove(tokens.keySet().iterator().next());
        }
        tokens.put(key, new Kept(authorization, nanoTime.getAsLong() + (long) (lifetime.toNanos() * TRUSTED_PART)));
    }
}
