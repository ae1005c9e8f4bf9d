package io.berth.core.security;

import io.berth.core.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container is asked to run as and under.
 *
 * @param runAsUserName a name, looked up in the image; empty where not asked for
 * @param maskedPaths paths to hide; null where the caller says nothing and the runtime's own list holds, empty where
 *     the caller wants none hidden
 * @param readonlyPaths likewise for paths to make read-only
 * @param seccomp null where the caller says nothing: unconfined, as the other runtimes take it
 * @param apparmor null where the caller says nothing: the runtime's default where the kernel has AppArmor
 */
public record ContainerSecurityContext(
        CapabilityChange capabilities,
        boolean privileged,
        NamespaceOptions namespaces,
        SelinuxOptions selinux,
        @Nullable Long runAsUser,
        @Nullable Long runAsGroup,
        String runAsUserName,
        boolean readonlyRootFilesystem,
        List<Long> supplementalGroups,
        SupplementalGroupsPolicy supplementalGroupsPolicy,
        boolean noNewPrivileges,
        @Nullable List<String> maskedPaths,
        @Nullable List<String> readonlyPaths,
        @Nullable SecurityProfile seccomp,
        @Nullable SecurityProfile apparmor) {
    /** What an absent message means. */
    public static final ContainerSecurityContext DEFAULT = new ContainerSecurityContext(
            CapabilityChange.NONE,
            false,
            NamespaceOptions.DEFAULT,
            SelinuxOptions.NONE,
            null,
            null,
            "",
            false,
            List.of(),
            SupplementalGroupsPolicy.MERGE,
            false,
            null,
            null,
            null,
            null);

    public ContainerSecurityContext {
        runAsUserName = Immutable.text(runAsUserName);
        supplementalGroups = Immutable.list(supplementalGroups);
        maskedPaths = maskedPaths == null ? null : List.copyOf(maskedPaths);
        readonlyPaths = readonlyPaths == null ? null : List.copyOf(readonlyPaths);
    }
}
