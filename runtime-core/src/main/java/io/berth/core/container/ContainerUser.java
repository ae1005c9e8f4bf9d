package io.berth.core.container;

import io.berth.core.Immutable;
import java.util.List;

/** Whom a container's first process runs as, ids as seen inside it. */
public record ContainerUser(long uid, long gid, List<Long> supplementalGroups) {
    public ContainerUser {
        supplementalGroups = Immutable.list(supplementalGroups);
    }
}
