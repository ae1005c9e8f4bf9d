package io.berth.core.container;

/** Which mounts made later are seen on the other side. */
public enum MountPropagation {
    PRIVATE,
    HOST_TO_CONTAINER,
    BIDIRECTIONAL
}
