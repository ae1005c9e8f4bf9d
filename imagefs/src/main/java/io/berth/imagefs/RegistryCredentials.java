package io.berth.imagefs;

/**
 * What this node may show to registries where a caller brings nothing for them. Asked only when a registry wants to
 * know who is there. Any thread.
 */
@FunctionalInterface
public interface RegistryCredentials {
    /** Has nothing. */
    RegistryCredentials NONE = (_, _) -> Credentials.ANONYMOUS;

    /**
     * What one host may be shown.
     *
     * @param host the one that asks, {@code docker.io} or {@code registry.example:5000}: a mirror by its own name
     * @param repository that is wanted there
     * @return {@link Credentials#ANONYMOUS} where there is nothing
     * @throws ImageException where what there should be cannot be had
     */
    Credentials of(String host, String repository);
}
