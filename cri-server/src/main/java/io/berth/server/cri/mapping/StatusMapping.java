package io.berth.server.cri.mapping;

import io.berth.core.status.RuntimeStatus;
import io.berth.proto.cri.v1.StatusResponse;

/** What the runtime says of itself. */
public final class StatusMapping {
    private StatusMapping() {}

    /** Without the information of verbose answers. */
    public static StatusResponse.Builder toCri(RuntimeStatus status) {
        StatusResponse.Builder builder = StatusResponse.newBuilder();
        io.berth.proto.cri.v1.RuntimeStatus.Builder conditions = builder.getStatusBuilder();
        status.conditions()
                .forEach(condition -> conditions
                        .addConditionsBuilder()
                        .setType(condition.type())
                        .setStatus(condition.satisfied())
                        .setReason(condition.reason())
                        .setMessage(condition.message()));
        status.handlers()
                .forEach(handler -> builder.addRuntimeHandlersBuilder()
                        .setName(handler.name())
                        .getFeaturesBuilder()
                        .setRecursiveReadOnlyMounts(handler.recursiveReadOnlyMounts())
                        .setUserNamespaces(handler.userNamespaces()));
        builder.getFeaturesBuilder()
                .setSupplementalGroupsPolicy(status.supplementalGroupsPolicy())
                .setUserNamespacesHostNetwork(status.userNamespacesHostNetwork())
                .setMountOptions(status.mountOptions());
        return builder;
    }
}
