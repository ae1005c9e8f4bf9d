package io.berth.core.status;

import io.berth.core.Immutable;
import java.util.List;
import java.util.Map;

/**
 * What the runtime says of itself.
 *
 * @param userNamespacesHostNetwork whether a pod with a user namespace can be on the host's network
 * @param mountOptions whether mounts can be asked to be noexec and so on
 * @param information names and JSON texts for verbose answers
 */
public record RuntimeStatus(
        List<RuntimeCondition> conditions,
        Map<String, String> information,
        List<RuntimeHandlerStatus> handlers,
        boolean supplementalGroupsPolicy,
        boolean userNamespacesHostNetwork,
        boolean mountOptions) {
    public RuntimeStatus {
        conditions = Immutable.list(conditions);
        information = Immutable.map(information);
        handlers = Immutable.list(handlers);
    }
}
