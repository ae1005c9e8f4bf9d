package io.berth.core.status;

import io.berth.core.Immutable;
import java.util.List;
import java.util.Map;

/**
 * What the runtime says of itself.
 *
 * @param information names and JSON texts for verbose answers
 */
public record RuntimeStatus(
        List<RuntimeCondition> conditions,
        Map<String, String> information,
        List<RuntimeHandlerStatus> handlers,
        boolean supplementalGroupsPolicy) {
    public RuntimeStatus {
        conditions = Immutable.list(conditions);
        information = Immutable.map(information);
        handlers = Immutable.list(handlers);
    }
}
