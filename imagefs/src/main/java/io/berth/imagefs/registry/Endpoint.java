package io.berth.imagefs.registry;

import io.berth.imagefs.Credentials;
import io.berth.imagefs.RegistryHost;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * One place that serves a registry's content: the registry itself, or a mirror of it.
 *
 * @param host how it is reached; its base has no slash at its end
 * @param credentials what may be shown there
 * @param namespace the registry that a mirror stands in for, told to it as containerd does ({@code ns=}); else empty
 */
record Endpoint(RegistryHost host, Credentials credentials, String namespace) {
    Endpoint(URI base, Credentials credentials) {
        this(RegistryHost.at(base), credentials, "");
    }

    URI base() {
        return host.base();
    }

    /** A URL of the API: below {@code /v2/}, unless the host has it elsewhere. */
    URI resolve(String path) {
        String query = namespace.isEmpty() ? "" : "?ns=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8);
        return URI.create(host.base() + (host.whole() ? "/" : "/v2/") + path + query);
    }
}
