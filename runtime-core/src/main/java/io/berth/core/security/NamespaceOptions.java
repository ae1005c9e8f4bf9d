package io.berth.core.security;

import io.berth.core.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * The namespaces that are asked for.
 *
 * @param targetId the container whose PID namespace is shared, for {@link NamespaceMode#TARGET}
 * @param userNamespace null where the host's is meant
 */
public record NamespaceOptions(
        NamespaceMode network,
        NamespaceMode pid,
        NamespaceMode ipc,
        String targetId,
        @Nullable UserNamespace userNamespace) {
    /** What an absent message means: everything is the sandbox's. */
    public static final NamespaceOptions DEFAULT =
            new NamespaceOptions(NamespaceMode.POD, NamespaceMode.POD, NamespaceMode.POD, "", null);

    public NamespaceOptions {
        targetId = Immutable.text(targetId);
    }

    /** Whether there is a user namespace other than the host's. */
    public boolean hasUserNamespace() {
        return userNamespace != null && userNamespace.mode() == NamespaceMode.POD;
    }
}
