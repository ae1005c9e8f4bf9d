package io.berth.core.event;

import io.berth.core.Immutable;
import io.berth.core.container.Container;
import io.berth.core.sandbox.Sandbox;
import java.util.List;

/**
 * Something that happened to a container, or to a sandbox, with its pod as it was right after it.
 *
 * @param containerId the container's id, or the sandbox's where it happened to that
 * @param timestamp nanoseconds since the epoch; later events have no earlier ones
 * @param sandbox as it was left, for a sandbox that is gone
 * @param containers all of the sandbox, without one that is gone
 */
public record ContainerEvent(
        Kind kind, String containerId, long timestamp, Sandbox sandbox, List<Container> containers) {
    /** What happened. */
    public enum Kind {
        CREATED,
        STARTED,
        STOPPED,
        DELETED
    }

    public ContainerEvent {
        containers = Immutable.list(containers);
    }
}
