package io.berth.server.cri.mapping;

import io.berth.core.status.RuntimeStatus;
import io.berth.proto.cri.v1.RuntimeCondition;
import io.berth.proto.cri.v1.RuntimeFeatures;
import io.berth.proto.cri.v1.RuntimeHandler;
import io.berth.proto.cri.v1.RuntimeHandlerFeatures;
import io.berth.proto.cri.v1.StatusResponse;

/** What the runtime says of itself. */
public final class StatusMapping {
    private StatusMapping() {}

    /** Without the information of verbose answers. */
    public static StatusResponse.Builder toCri(RuntimeStatus status) {
        StatusResponse.Builder builder = StatusResponse.newBuilder();
        io.berth.proto.cri.v1.RuntimeStatus.Builder conditions = io.berth.proto.cri.v1.RuntimeStatus.newBuilder();
        status.conditions()
                .forEach(condition -> conditions.addConditions(RuntimeCondition.newBuilder()
                        .setType(condition.type())
                        .setStatus(condition.satisfied())
                        .setReason(condition.reason())
                        .setMessage(condition.message())));
        builder.setStatus(conditions);
        status.handlers()
                .forEach(handler -> builder.addRuntimeHandlers(RuntimeHandler.newBuilder()
                        .setName(handler.name())
                        .setFeatures(RuntimeHandlerFeatures.newBuilder()
                                .setRecursiveReadOnlyMounts(handler.recursiveReadOnlyMounts())
                                .setUserNamespaces(handler.userNamespaces()))));
        builder.setFeatures(RuntimeFeatures.newBuilder()
                .setSupplementalGroupsPolicy(status.supplementalGroupsPolicy())
                .setUserNamespacesHostNetwork(status.userNamespacesHostNetwork())
                .setMountOptions(status.mountOptions()));
        return builder;
    }
}
