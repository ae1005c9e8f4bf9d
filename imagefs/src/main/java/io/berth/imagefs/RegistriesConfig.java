package io.berth.imagefs;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How registries are reached.
 *
 * @param mirrors endpoints to try in order before the registry itself, by registry host as references write it
 *     ({@code gcr.io}, {@code registry.example:5000}); {@code http} URLs are taken as said here
 * @param insecure hosts (HOST or HOST:PORT) that are spoken to in plain HTTP. Loopback hosts always are unless a mirror
 *     entry names them with https
 * @param hosts goes before both, for the registries that it knows
 * @param credentials what is shown where a caller brings nothing
 */
public record RegistriesConfig(
        Map<String, List<URI>> mirrors, Set<String> insecure, RegistryHosts hosts, RegistryCredentials credentials) {
    public static final RegistriesConfig DEFAULT = new RegistriesConfig(Map.of(), Set.of());

    public RegistriesConfig {
        mirrors = Map.copyOf(mirrors);
        insecure = Set.copyOf(insecure);
    }

    public RegistriesConfig(Map<String, List<URI>> mirrors, Set<String> insecure) {
        this(mirrors, insecure, RegistryHosts.NONE);
    }

    public RegistriesConfig(Map<String, List<URI>> mirrors, Set<String> insecure, RegistryHosts hosts) {
        this(mirrors, insecure, hosts, RegistryCredentials.NONE);
    }
}
