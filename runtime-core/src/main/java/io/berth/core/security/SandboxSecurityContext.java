package io.berth.core.security;

import io.berth.core.Immutable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a sandbox is asked for: its namespaces, and defaults that Kubernetes sends although nothing runs as them. */
public record SandboxSecurityContext(
        NamespaceOptions namespaces,
        SelinuxOptions selinux,
        @Nullable Long runAsUser,
        @Nullable Long runAsGroup,
        boolean readonlyRootFilesystem,
        List<Long> supplementalGroups,
        SupplementalGroupsPolicy supplementalGroupsPolicy,
        boolean privileged,
        @Nullable SecurityProfile seccomp,
        @Nullable SecurityProfile apparmor) {
    /** What an absent message means. */
    public static final SandboxSecurityContext DEFAULT = new SandboxSecurityContext(
            NamespaceOptions.DEFAULT,
            SelinuxOptions.NONE,
            null,
            null,
            false,
            List.of(),
            SupplementalGroupsPolicy.MERGE,
            false,
            null,
            null);

    public SandboxSecurityContext {
        supplementalGroups = Immutable.list(supplementalGroups);
    }

    /** The same with another label. */
    public SandboxSecurityContext withSelinux(SelinuxOptions other) {
        return new SandboxSecurityContext(
                namespaces,
                other,
                runAsUser,
                runAsGroup,
                readonlyRootFilesystem,
                supplementalGroups,
                supplementalGroupsPolicy,
                privileged,
                seccomp,
                apparmor);
    }
}
