package io.berth.core.security;

/** Whose namespace a container lives in. */
public enum NamespaceMode {
    /** The sandbox's. */
    POD,
    /** One of its own. */
    CONTAINER,
    /** The host's. */
    NODE,
    /** That of another container, named by its id. */
    TARGET
}
