package io.berth.core.container;

import io.berth.core.cgroup.LinuxResources;

/**
 * What is known of a container at one moment; immutable.
 *
 * @param id 64 hexadecimal characters
 * @param imageId the image's config digest
 * @param imageReference the image as a digest reference where it has one, else its id
 * @param createdAt nanoseconds since the epoch
 * @param resources as last updated
 * @param stopSignal the one in force, a name
 * @param logPath absolute on the host; empty: nothing is logged
 * @param cgroupPath relative to the cgroup2 root, with a leading slash
 */
public record Container(
        String id,
        String sandboxId,
        ContainerConfig config,
        String imageId,
        String imageReference,
        long createdAt,
        ContainerState state,
        ContainerUser user,
        LinuxResources resources,
        String stopSignal,
        String logPath,
        String cgroupPath) {
    /** The same in another state. */
    public Container withState(ContainerState newState) {
        return new Container(
                id,
                sandboxId,
                config,
                imageId,
                imageReference,
                createdAt,
                newState,
                user,
                resources,
                stopSignal,
                logPath,
                cgroupPath);
    }

    /** The same with other limits. */
    public Container withResources(LinuxResources newResources) {
        return new Container(
                id,
                sandboxId,
                config,
                imageId,
                imageReference,
                createdAt,
                state,
                user,
                newResources,
                stopSignal,
                logPath,
                cgroupPath);
    }
}
