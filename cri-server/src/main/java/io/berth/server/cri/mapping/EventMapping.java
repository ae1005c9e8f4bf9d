package io.berth.server.cri.mapping;

import io.berth.core.event.ContainerEvent;
import io.berth.proto.cri.v1.ContainerEventResponse;
import io.berth.proto.cri.v1.ContainerEventType;

/** Events. */
public final class EventMapping {
    private EventMapping() {}

    public static ContainerEventResponse toCri(ContainerEvent event) {
        ContainerEventResponse.Builder builder = ContainerEventResponse.newBuilder()
                .setContainerId(event.containerId())
                .setContainerEventType(toCri(event.kind()))
                .setCreatedAt(event.timestamp())
                .setPodSandboxStatus(SandboxMapping.toStatus(event.sandbox()));
        event.containers().forEach(container -> builder.addContainersStatuses(ContainerMapping.toStatus(container)));
        return builder.build();
    }

    private static ContainerEventType toCri(ContainerEvent.Kind kind) {
        return switch (kind) {
            case CREATED -> ContainerEventType.CONTAINER_CREATED_EVENT;
            case STARTED -> ContainerEventType.CONTAINER_STARTED_EVENT;
            case STOPPED -> ContainerEventType.CONTAINER_STOPPED_EVENT;
            case DELETED -> ContainerEventType.CONTAINER_DELETED_EVENT;
        };
    }
}
