package io.berth.imagefs;

import java.util.List;

/** What an administrator says of registries, looked up anew for each pull. Any thread. */
@FunctionalInterface
public interface RegistryHosts {
    /** Says nothing. */
    RegistryHosts NONE = _ -> List.of();

    /**
     * Where a registry's content is, in the order in which it is tried; the registry itself comes last.
     *
     * @param host as references name it, {@code docker.io} or {@code registry.example:5000}
     * @return empty where nothing is said
     * @throws ImageException of kind INVALID_ARGUMENT where what is said cannot be understood
     */
    List<RegistryHost> of(String host);
}
