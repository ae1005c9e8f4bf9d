package io.berth.core.nri.validate;

import java.util.List;

/**
 * What the built-in validator rejects; the settings of containerd's.
 *
 * @param enabled without it nothing is rejected
 * @param ociHooks that plugins add OCI hooks
 * @param runtimeDefaultSeccomp that they set a seccomp policy in place of the runtime's default
 * @param unconfinedSeccomp in place of none
 * @param customSeccomp in place of a profile of the node's
 * @param namespaces that they change namespaces
 * @param sysctls that they set sysctls
 * @param requiredPlugins names, with or without the index, of plugins without which no container is created
 * @param tolerateMissingAnnotation with the value true on a pod, its containers do without them; empty: none does
 */
public record ValidatorConfig(
        boolean enabled,
        boolean ociHooks,
        boolean runtimeDefaultSeccomp,
        boolean unconfinedSeccomp,
        boolean customSeccomp,
        boolean namespaces,
        boolean sysctls,
        List<String> requiredPlugins,
        String tolerateMissingAnnotation) {
    /** Rejects nothing. */
    public static final ValidatorConfig DISABLED =
            new ValidatorConfig(false, false, false, false, false, false, false, List.of(), "");

    public ValidatorConfig {
        requiredPlugins = List.copyOf(requiredPlugins);
    }
}
