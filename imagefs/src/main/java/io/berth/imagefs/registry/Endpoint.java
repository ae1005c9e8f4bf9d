package io.berth.imagefs.registry;

import io.berth.imagefs.Credentials;
import java.net.URI;

/**
 * One place that serves a registry's content: the registry itself, or a mirror of it.
 *
 * @param base URL up to, and without, {@code /v2/}
 * @param credentials what may be shown there
 */
record Endpoint(URI base, Credentials credentials) {
    /** A URL below {@code /v2/}. */
    URI resolve(String path) {
        return URI.create(base + "/v2/" + path);
    }
}
