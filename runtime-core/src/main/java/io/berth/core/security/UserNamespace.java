package io.berth.core.security;

import io.berth.core.Immutable;
import java.util.List;

/**
 * The user namespace that is asked for.
 *
 * @param mode POD for one of the sandbox's own, NODE for the host's
 */
public record UserNamespace(NamespaceMode mode, List<IdMapping> uids, List<IdMapping> gids) {
    public UserNamespace {
        uids = Immutable.list(uids);
        gids = Immutable.list(gids);
    }
}
