package io.berth.imagefs.registry;

import io.berth.imagefs.Credentials;
import io.berth.imagefs.ImageException;
import io.berth.imagefs.RegistriesConfig;
import io.berth.imagefs.RegistryHost;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Knows where a registry's content is to be had, and over what. */
final class Endpoints {
    private final RegistriesConfig config;

    Endpoints(RegistriesConfig config) {
        this.config = config;
    }

    /** Mirrors first, the registry itself last. */
    List<Endpoint> of(String host, Credentials credentials) {
        List<RegistryHost> described = config.hosts().of(host);
        if (!described.isEmpty()) {
            return described(described, host, credentials);
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (URI mirror : config.mirrors().getOrDefault(host, List.of())) {
            URI base = withoutTrailingSlash(mirror);
            boolean named = Hosts.ofServerAddress(credentials.serverAddress()).equals(Hosts.authority(base));
            endpoints.add(new Endpoint(base, named ? credentials : Credentials.ANONYMOUS));
        }
        String wanted = Hosts.ofServerAddress(credentials.serverAddress());
        boolean meant = wanted.isEmpty() || wanted.equals(host);
        endpoints.add(new Endpoint(ownUrl(host), meant ? credentials : Credentials.ANONYMOUS));
        return List.copyOf(endpoints);
    }

    private static List<Endpoint> described(List<RegistryHost> hosts, String host, Credentials credentials) {
        List<Endpoint> endpoints = new ArrayList<>();
        String wanted = Hosts.ofServerAddress(credentials.serverAddress());
        for (RegistryHost each : hosts) {
            String authority = Hosts.ofServerAddress(Hosts.authority(each.base()));
            boolean own = authority.equals(host);
            boolean meant = wanted.isEmpty() ? own : wanted.equals(authority) || (own && wanted.equals(host));
            endpoints.add(new Endpoint(each, meant ? credentials : Credentials.ANONYMOUS, own ? "" : host));
        }
        return List.copyOf(endpoints);
    }

    /**
     * Refuses plain HTTP to anything but this machine and what the configuration allows.
     *
     * @param what is being fetched, for the error
     * @param known endpoints of the pull; what the administrator has described with plain HTTP may be spoken to so
     */
    void requireAllowed(URI uri, String what, List<Endpoint> known) {
        String scheme = String.valueOf(uri.getScheme());
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new ImageException(
                    ImageException.Kind.UNAVAILABLE,
                    what + ": the registry points to " + uri + ", which is no web URL");
        }
        if (scheme.equals("http")
                && !plainAllowed(uri)
                && known.stream().noneMatch(endpoint -> Hosts.sameOrigin(endpoint.base(), uri))) {
            throw new ImageException(
                    ImageException.Kind.UNAVAILABLE,
                    what + ": the registry points to " + uri.getHost()
                            + " over plain HTTP; that host would have to be among the insecure registries");
        }
    }

    private boolean plainAllowed(URI uri) {
        return Hosts.isLoopback(uri.getHost()) || isInsecure(Hosts.authority(uri)) || isMirror(uri);
    }

    private boolean isInsecure(String host) {
        return config.insecure().contains(host) || config.insecure().contains(Hosts.withoutPort(host));
    }

    private boolean isMirror(URI uri) {
        return config.mirrors().values().stream()
                .flatMap(List::stream)
                .anyMatch(mirror -> Hosts.sameOrigin(mirror, uri));
    }

    private URI ownUrl(String host) {
        if (host.equals(Hosts.DOCKER_HUB)) {
            return URI.create("https://" + Hosts.DOCKER_HUB_REGISTRY);
        }
        boolean plain = Hosts.isLoopback(Hosts.withoutPort(host)) || isInsecure(host);
        return URI.create((plain ? "http://" : "https://") + host);
    }

    private static URI withoutTrailingSlash(URI uri) {
        return URI.create(uri.toString().replaceFirst("(/v2)?/*$", ""));
    }
}
